package dev.millrace.collector;

import static dev.millrace.collector.CollectorIT.fixture;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is refused, and with which code. The checks' own tests have the rest of the cases. */
abstract class RefusalCases {
    private static final String TEXT = "text/plain";
    private static final String MAIL = "message/rfc822";

    static Stream<Arguments> contents() {
        return Stream.of(
                arguments("an unknown pipeline", "?pipeline=span", TEXT, "hello", 404, "UNKNOWN_PIPELINE"),
                arguments("no name of a pipeline", "?pipeline=..%2F%0A", TEXT, "hello", 404, "UNKNOWN_PIPELINE"),
                arguments("an unsupported type", "", "image/png", "hello", 415, "UNSUPPORTED_CONTENT_TYPE"),
                arguments("a type that is none", "", "text", "hello", 415, "UNSUPPORTED_CONTENT_TYPE"),
                arguments("a form", "", "application/x-www-form-urlencoded", "a=b", 415, "UNSUPPORTED_CONTENT_TYPE"),
                arguments("a wildcard type", "", "text/*", "hello", 415, "UNSUPPORTED_CONTENT_TYPE"),
                arguments(
                        "an unknown charset", "", "text/plain; charset=x-n", "hello", 415, "UNSUPPORTED_CONTENT_TYPE"),
                arguments("no content", "", TEXT, "", 422, "EMPTY_CONTENT"),
                arguments("blank content", "", TEXT, " \r\n\t ", 422, "EMPTY_CONTENT"),
                arguments("an empty mail", "", MAIL, "", 422, "EMPTY_CONTENT"),
                arguments("invalid bytes", "", TEXT, "Gr\u00fc\u00dfe", 400, "MALFORMED_TEXT"),
                arguments("NUL in text", "", TEXT, "a\0b", 400, "MALFORMED_TEXT"),
                arguments("a mail without a header", "", MAIL, "just some text\r\n", 400, "MALFORMED_MAIL"),
                arguments(
                        "a multipart mail without a boundary",
                        "",
                        MAIL,
                        "Subject: x\r\nContent-Type: multipart/mixed\r\n\r\nbody",
                        400,
                        "MALFORMED_MAIL"),
                arguments("a deadline without a unit", "?deadline=10", TEXT, "hello", 400, "MALFORMED_REQUEST"),
                arguments("a deadline that is too far", "?deadline=37h", TEXT, "hello", 400, "MALFORMED_REQUEST"),
                arguments("a deadline of nothing", "?deadline=0s", TEXT, "hello", 400, "MALFORMED_REQUEST"),
                arguments("a key of more than a line", "?key=a%0Ab", TEXT, "hello", 400, "MALFORMED_REQUEST"),
                arguments("an empty key", "?key=", TEXT, "hello", 400, "MALFORMED_REQUEST"),
                arguments("a parameter given twice", "?key=a&key=b", TEXT, "hello", 400, "MALFORMED_REQUEST"),
                arguments("an unknown parameter", "?kye=a", TEXT, "hello", 400, "MALFORMED_REQUEST"),
                arguments("parameters with JSON", "?key=a", "application/json", "{}", 400, "MALFORMED_REQUEST"),
                arguments("malformed JSON", "", "application/json", "{\"content\":", 400, "MALFORMED_JSON"),
                arguments("JSON without content", "", "application/json", "{}", 400, "MALFORMED_JSON"),
                arguments("an unknown field", "", "application/json", "{\"contents\":\"a\"}", 400, "MALFORMED_JSON"),
                arguments(
                        "a field given twice",
                        "",
                        "application/json",
                        "{\"content\":\"a\",\"content\":\"b\"}",
                        400,
                        "MALFORMED_JSON"),
                arguments("nested arrays", "", "application/json", "[".repeat(100_000), 400, "MALFORMED_JSON"),
                arguments("empty content in JSON", "", "application/json", "{\"content\":\"\"}", 422, "EMPTY_CONTENT"),
                arguments(
                        "an unknown pipeline in JSON",
                        "",
                        "application/json",
                        "{\"content\":\"a\",\"pipeline\":\"x\"}",
                        404,
                        "UNKNOWN_PIPELINE"),
                arguments(
                        "an unsupported type in JSON",
                        "",
                        "application/json",
                        "{\"content\":\"a\",\"contentType\":\"text/html\"}",
                        415,
                        "UNSUPPORTED_CONTENT_TYPE"));
    }

    @ParameterizedTest(name = "{0}: {4} {5}")
    @MethodSource("contents")
    void refuses(String what, String query, String type, String body, int status, String code) {
        var answer = fixture().api().post(query, body.getBytes(ISO_8859_1), "Content-Type", type);

        answer.isProblem(status, code);
        assertThat(answer.text("detail")).as(what).isNotBlank();
        assertThat(answer.text("traceId")).hasSize(32);
    }

    static Stream<Arguments> headers() {
        return Stream.of(
                arguments("Idempotency-Key", "a b"),
                arguments("Idempotency-Key", "k".repeat(256)),
                arguments("Millrace-Tenant", "a/b"),
                arguments("Millrace-Tenant", "t".repeat(65)));
    }

    @ParameterizedTest
    @MethodSource("headers")
    void refusesAHeaderOfAnotherForm(String name, String value) {
        fixture().api().postText("hello", name, value).isProblem(400, "MALFORMED_REQUEST");
    }

    @Test
    void refusesAHeaderGivenTwice() {
        fixture()
                .api()
                .postText("hello", "Idempotency-Key", "a", "Idempotency-Key", "b")
                .isProblem(400, "MALFORMED_REQUEST");
    }

    @Test
    void refusesABodyWithoutAType() {
        fixture().api().post("", "hello".getBytes(UTF_8)).isProblem(415, "UNSUPPORTED_CONTENT_TYPE");
    }

    @Test
    void refusesACompressedBody() {
        fixture().api().postText("hello", "Content-Encoding", "gzip").isProblem(415, "UNSUPPORTED_CONTENT_TYPE");
    }

    @Test
    void refusesContentOverThePipelinesLimit() {
        var atLimit = "a".repeat(65_536);

        assertThat(fixture().api().postText(atLimit).status()).isEqualTo(202);
        fixture().api().postText(atLimit + "a").isProblem(413, "CONTENT_TOO_LARGE");
        fixture().api().postJson("{\"content\":\"" + atLimit + "a\"}").isProblem(413, "CONTENT_TOO_LARGE");
        fixture()
                .api()
                .postJson("{\"content\":\"" + "a".repeat(3 << 20) + "\"}")
                .isProblem(413, "CONTENT_TOO_LARGE");
    }

    @Test
    void refusesTooManyAttributes() {
        var attributes = IntStream.rangeClosed(1, 33)
                .mapToObj("\"a%d\":\"b\""::formatted)
                .reduce((left, right) -> left + "," + right)
                .orElseThrow();

        fixture()
                .api()
                .postJson("{\"content\":\"a\",\"attributes\":{" + attributes + "}}")
                .isProblem(400, "MALFORMED_REQUEST");
    }

    @Test
    void doesNotEchoControlCharactersAndBoundsWhatItEchoes() {
        var answer = fixture()
                .api()
                .post("?pipeline=" + "%1B%0A" + "x".repeat(500), "a".getBytes(UTF_8), "Content-Type", TEXT);

        answer.isProblem(404, "UNKNOWN_PIPELINE");
        assertThat(answer.text("detail")).doesNotContain("\n", "\u001b").hasSizeLessThan(200);
    }

    @Test
    void leavesNoReservationBehindARefusal() {
        var key = "refused-" + UUID.randomUUID();
        fixture().api().postText("", "Idempotency-Key", key).isProblem(422, "EMPTY_CONTENT");

        var right = fixture().api().postText("hello", "Idempotency-Key", key);

        assertThat(right.status()).isEqualTo(202);
    }
}
