package dev.millrace.collector;

import static dev.millrace.collector.CollectorIT.fixture;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.millrace.contract.Headers;
import dev.millrace.contract.Hop;
import dev.millrace.contract.v1.UploadReceived;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What happens to uploads that are right. */
abstract class AcceptanceCases {
    private static final byte[] MAIL = "Subject: Hello\r\n\r\nHow are you?\r\n".getBytes(UTF_8);

    @Test
    void writesAMailWithItsHeaders() throws InvalidProtocolBufferException {
        var answer = fixture()
                .api()
                .post("?pipeline=spam&key=boiler-7&deadline=90s", MAIL, "Content-Type", "message/rfc822");

        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.header("Location")).isEqualTo("/v1/uploads/" + answer.id());
        assertThat(answer.text("status")).isEqualTo("PENDING");
        var records = fixture().records().of(answer.id());
        assertThat(records).hasSize(1);
        var record = records.getFirst();
        assertThat(record.key()).asString().isEqualTo("boiler-7");
        var headers = record.headers();
        assertThat(Headers.text(headers, Headers.ATTEMPT)).isEqualTo("1");
        assertThat(Headers.text(headers, Headers.PIPELINE)).isEqualTo("spam");
        assertThat(Headers.text(headers, Headers.SCHEMA)).isEqualTo(Headers.SCHEMA_VERSION);
        var accepted = Instant.parse(answer.text("acceptedAt"));
        assertThat(Headers.text(headers, Headers.ACCEPTED_AT)).isEqualTo(Long.toString(accepted.toEpochMilli()));
        assertThat(Headers.text(headers, Headers.DEADLINE))
                .isEqualTo(Long.toString(accepted.plusSeconds(90).toEpochMilli()));
        assertThat(Instant.parse(answer.text("deadline"))).isEqualTo(accepted.plusSeconds(90));
        assertThat(Hop.parse(Headers.text(headers, Headers.HOPS)))
                .singleElement()
                .satisfies(hop -> assertThat(hop.service()).isEqualTo("collector"));
        assertThat(Headers.text(headers, Headers.TRACEPARENT)).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01");
        var body = UploadReceived.parseFrom(record.value());
        assertThat(body.getContent().toByteArray()).isEqualTo(MAIL);
        assertThat(body.getContentType()).isEqualTo("message/rfc822");
        assertThat(body.getTenant()).isEqualTo("default");
    }

    @Test
    void keepsTheBytesAndTheCharsetOfText() throws InvalidProtocolBufferException {
        byte[] text = "Grüße".getBytes(ISO_8859_1);

        var answer = fixture().api().post("", text, "Content-Type", "text/plain; charset=iso-8859-1");

        var record = fixture().records().of(answer.id()).getFirst();
        var body = UploadReceived.parseFrom(record.value());
        assertThat(body.getContent().toByteArray()).isEqualTo(text);
        assertThat(body.getCharset()).isEqualTo("ISO-8859-1");
        assertThat(record.key()).asString().isEqualTo(answer.id().toString());
    }

    @Test
    void acceptsTheJsonForm() throws InvalidProtocolBufferException {
        var answer = fixture().api().postJson("""
                {"pipeline": "spam", "content": "Grüße \\uD83D\\uDE80", "contentType": "text/plain", "key": "k",
                 "deadline": "PT2M", "attributes": {"source": "web-form", "note": "ä b"}}
                """, "Millrace-Tenant", "acme");

        assertThat(answer.status()).isEqualTo(202);
        var body = UploadReceived.parseFrom(
                fixture().records().of(answer.id()).getFirst().value());
        assertThat(body.getContent().toStringUtf8()).isEqualTo("Grüße 🚀");
        assertThat(body.getAttributesMap()).containsOnly(Map.entry("source", "web-form"), Map.entry("note", "ä b"));
        assertThat(body.getTenant()).isEqualTo("acme");
    }

    @Test
    void goesOnInTheTraceOfTheClient() {
        var answer = fixture()
                .api()
                .postText("hello", "traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00");

        var record = fixture().records().of(answer.id()).getFirst();
        assertThat(Headers.text(record.headers(), Headers.TRACEPARENT))
                .matches("00-4bf92f3577b34da6a3ce929d0e0e4736-[0-9a-f]{16}-00")
                .doesNotContain("00f067aa0ba902b7");
    }

    @Test
    void waitsForTheResultAndAnswersItAsPublished() {
        var key = "waits-" + System.nanoTime();
        var id = UploadIds.of("default", key);
        var json = PublishedResults.json(id, 0.9921875);
        var answering = CompletableFuture.supplyAsync(
                () -> fixture().api().postText("hello", "Prefer", "respond-async, wait=60", "Idempotency-Key", key));
        Awaitility.await().until(() -> !fixture().records().of(id).isEmpty());

        fixture().results().publish(id, json);

        var answer = answering.orTimeout(30, TimeUnit.SECONDS).join();
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.response().body()).isEqualTo(json);
        assertThat(answer.header("Preference-Applied")).isEqualTo("wait=60");
        assertThat(answer.header("Location")).isEqualTo("/v1/uploads/" + id);
    }

    @Test
    void answersAsUsualWhenTheResultDoesNotComeInTime() {
        var before = Instant.now();

        var answer = fixture().api().postText("hello", "Prefer", "wait=1");

        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.header("Preference-Applied")).isEqualTo("wait=1");
        assertThat(Duration.between(before, Instant.now())).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void listsThePipelines() {
        var answer = fixture().api().get("/v1/pipelines");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text("defaultPipeline")).isEqualTo("spam");
        assertThat(answer.json().at("/pipelines/0/name").asString()).isEqualTo("spam");
        assertThat(answer.json().at("/pipelines/0/deadline").asString()).isEqualTo("PT10M");
    }
}
