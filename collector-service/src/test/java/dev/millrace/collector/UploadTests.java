package dev.millrace.collector;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.collector.problem.RequestProblem;
import dev.millrace.contract.ErrorCode;
import dev.millrace.pipeline.Pipeline;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UploadTests {
    private static final Pipeline SPAM = pipeline("spam");

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a\n", "schl\u00fcssel", "\u007f"})
    void refusesKeysOfOtherThanVisibleAscii(String key) {
        assertThatRefused("key: ", () -> upload("default", null, key, Map.of()));
        assertThatRefused("Idempotency-Key: ", () -> upload("default", key, null, Map.of()));
    }

    @Test
    void takesKeysOf255Characters() {
        assertThat(upload("default", "k".repeat(255), "k".repeat(255), Map.of()).key())
                .hasSize(255);
        assertThatRefused("key: ", () -> upload("default", null, "k".repeat(256), Map.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a/b", "-a", "a b", "\u00e4"})
    void refusesTenantsOfAnotherForm(String tenant) {
        assertThatRefused("Millrace-Tenant: ", () -> upload(tenant, null, null, Map.of()));
    }

    @Test
    void refusesAttributesOfAnotherForm() {
        assertThatRefused("attributes: ", () -> upload("default", null, null, Map.of("a b", "c")));
        assertThatRefused("attributes.a: ", () -> upload("default", null, null, Map.of("a", "b\nc")));
        assertThatRefused("attributes.a: ", () -> upload("default", null, null, Map.of("a", "b\ud83d")));
        assertThatRefused("attributes.a: ", () -> upload("default", null, null, Map.of("a", "b".repeat(1025))));
        assertThat(upload("default", null, null, Map.of("a.b_c-d", "ü 🚀")).attributes())
                .hasSize(1);
    }

    @Test
    void hasADigestOfAllThatDecidesTheResult() {
        var plain = List.of(
                digest(SPAM, "text/plain", UTF_8, "content", null, 60, Map.of()),
                digest(pipeline("other"), "text/plain", UTF_8, "content", null, 60, Map.of()),
                digest(SPAM, "message/rfc822", UTF_8, "content", null, 60, Map.of()),
                digest(SPAM, "text/plain", ISO_8859_1, "content", null, 60, Map.of()),
                digest(SPAM, "text/plain", UTF_8, "content!", null, 60, Map.of()),
                digest(SPAM, "text/plain", UTF_8, "content", "key", 60, Map.of()),
                digest(SPAM, "text/plain", UTF_8, "content", null, 61, Map.of()),
                digest(SPAM, "text/plain", UTF_8, "content", null, 60, Map.of("a", "b")),
                digest(SPAM, "text/plain", UTF_8, "content", null, 60, Map.of("ab", "")));

        assertThat(new HashSet<>(plain)).hasSameSizeAs(plain);
    }

    @Test
    void hasADigestThatTheOrderOfAttributesDoesNotChange() {
        var forward = new LinkedHashMap<String, String>();
        forward.put("a", "1");
        forward.put("b", "2");
        var backward = new LinkedHashMap<String, String>();
        backward.put("b", "2");
        backward.put("a", "1");

        assertThat(digest(SPAM, "text/plain", UTF_8, "content", null, 60, forward))
                .isEqualTo(digest(SPAM, "text/plain", UTF_8, "content", null, 60, backward));
    }

    private static String digest(
            Pipeline pipeline,
            String type,
            Charset charset,
            String content,
            @Nullable String key,
            int seconds,
            Map<String, String> attributes) {
        return new Upload(
                        "default",
                        "idempotency",
                        pipeline,
                        type,
                        charset,
                        new Upload.Content(content.getBytes(UTF_8)),
                        key,
                        Duration.ofSeconds(seconds),
                        attributes)
                .digest();
    }

    private static Upload upload(
            String tenant, @Nullable String idempotencyKey, @Nullable String key, Map<String, String> attributes) {
        return new Upload(
                tenant,
                idempotencyKey,
                SPAM,
                "text/plain",
                UTF_8,
                new Upload.Content("content".getBytes(UTF_8)),
                key,
                Duration.ofMinutes(1),
                attributes);
    }

    private static void assertThatRefused(String field, Runnable making) {
        assertThatExceptionOfType(RequestProblem.class)
                .isThrownBy(making::run)
                .withMessageStartingWith(field)
                .extracting(RequestProblem::code)
                .isEqualTo(ErrorCode.MALFORMED_REQUEST);
    }

    static Pipeline pipeline(String name) {
        return new Pipeline(
                name,
                "",
                Collections.singletonList("text/plain"),
                1024,
                Duration.ofMinutes(10),
                "mail",
                new Pipeline.Encoder("encoder", "1", 256),
                null,
                new Pipeline.Model("model", "1"),
                "spam",
                0.5);
    }
}
