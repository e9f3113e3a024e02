package dev.millrace.collector;

import static dev.millrace.collector.CollectorIT.fixture;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the server and the framework refuse by themselves, and how the service runs. */
abstract class ServerCases {
    private static final String HEAD = "POST /v1/uploads HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n";

    @Test
    void answersAProblemWhereThereIsNothing() {
        var api = fixture().api();

        api.sendForeign(api.request("/").GET()).isProblem(404, "UNKNOWN_RESOURCE");
        api.sendForeign(api.request("/v2/uploads").GET()).isProblem(404, "UNKNOWN_RESOURCE");
        api.sendForeign(api.request("/v1/uploads/a/b").GET()).isProblem(404, "UNKNOWN_RESOURCE");
        api.sendForeign(api.request("/error").GET()).isProblem(404, "UNKNOWN_RESOURCE");
        api.sendForeign(api.request("/actuator/health").GET()).isProblem(404, "UNKNOWN_RESOURCE");
    }

    @Test
    void answersAProblemToAnotherMethod() {
        var api = fixture().api();

        var answer = api.sendForeign(api.request("/v1/uploads").PUT(BodyPublishers.ofString("x")));

        answer.isProblem(405, "METHOD_NOT_ALLOWED");
        assertThat(answer.header("Allow")).isEqualTo("POST");
    }

    @Test
    void refusesToAnswerAnUploadInAnotherMediaType() {
        fixture().api().postText("hello", "Accept", "text/html").isProblem(406, "NOT_ACCEPTABLE");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /v1/pipelines HTTP/1.1\r\nHost: localhost\r\nX: y\u0000z\r\n\r\n",
                "GET /v1/<pipelines> HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET /v1/uploads/%00 HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET /v1/uploads/..%2f HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET /v1/pipelines HTTP/1.1\r\n\r\n",
                "POST /v1/uploads?key=%zz HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n"
                        + "Content-Length: 5\r\n\r\nhello",
                "POST /v1/uploads HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n"
                        + "Idempotency-Key: schl\u00fcssel\r\nContent-Length: 5\r\n\r\nhello",
                "G{T /v1/pipelines HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "POST /v1/uploads HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n",
                "POST /v1/uploads HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n"
                        + "Transfer-Encoding: zip\r\n\r\nhello",
                "POST /v1/uploads HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n"
                        + "Content-Length: x\r\n\r\nhello"
            })
    void answersAProblemToWhatIsNoHttp(String request) {
        try (var connection = new RawHttp(fixture().app().port())) {
            connection.write(request);

            assertIsProblem(connection.read(), 400, "MALFORMED_REQUEST");
        }
    }

    @Test
    void answersAProblemToHeadersThatAreTooLarge() {
        try (var connection = new RawHttp(fixture().app().port())) {
            connection.write("GET /v1/pipelines HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(20_000) + "\r\n\r\n");

            assertIsProblem(connection.read(), 400, "MALFORMED_REQUEST");
        }
    }

    @Test
    void answersAProblemToTooManyHeaders() {
        try (var connection = new RawHttp(fixture().app().port())) {
            connection.write("GET /v1/pipelines HTTP/1.1\r\nHost: localhost\r\n" + "X: y\r\n".repeat(200) + "\r\n");

            assertIsProblem(connection.read(), 400, "MALFORMED_REQUEST");
        }
    }

    @Test
    void refusesADeclaredLengthBeforeTheBodyIsSent() {
        try (var connection = new RawHttp(fixture().app().port())) {
            connection.write(HEAD + "Content-Length: 2000000000\r\nExpect: 100-continue\r\n\r\n");

            var answer = connection.read();

            assertIsProblem(answer, 413, "CONTENT_TOO_LARGE");
            assertThat(answer).doesNotContain("100 Continue");
        }
    }

    @Test
    void refusesAnEndlessBodyAtTheLimit() {
        try (var connection = new RawHttp(fixture().app().port())) {
            connection.write(HEAD + "Transfer-Encoding: chunked\r\n\r\n");
            String chunk = "8000\r\n" + "a".repeat(0x8000) + "\r\n";
            for (int i = 0; i < 3; i++) {
                connection.write(chunk);
            }

            assertIsProblem(connection.read(), 413, "CONTENT_TOO_LARGE");
        }
    }

    @Test
    void givesUpABodyThatTricklesIn() {
        try (var connection = new RawHttp(fixture().app().port())) {
            connection.write(HEAD + "Content-Length: 60000\r\n\r\n");
            var answer = CompletableFuture.supplyAsync(connection::read);
            Awaitility.await()
                    .pollInterval(Duration.ofMillis(100))
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> {
                        connection.write("a");
                        return answer.isDone();
                    });

            assertIsProblem(answer.join(), 408, "REQUEST_TOO_SLOW");
            fixture().openApi().sawByHand("POST", "/v1/uploads", 408);
            assertIsClosedOn(connection);
        }
    }

    @Test
    void doesNotReadOnForeverAfterARefusal() {
        try (var connection = new RawHttp(fixture().app().port())) {
            connection.write("POST /v1/uploads HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\n"
                    + "Content-Length: 60000\r\n\r\n");

            assertIsProblem(connection.read(), 415, "UNSUPPORTED_CONTENT_TYPE");
            assertIsClosedOn(connection);
        }
    }

    @Test
    void answersTheNextRequestAfterARefusal() {
        try (var connection = new RawHttp(fixture().app().port())) {
            connection.write("POST /v1/uploads HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\n"
                    + "Content-Length: 60000\r\n\r\n" + "x".repeat(60_000)
                    + "GET /v1/pipelines HTTP/1.1\r\nHost: localhost\r\n\r\n");

            assertIsProblem(connection.read(), 415, "UNSUPPORTED_CONTENT_TYPE");
            assertThat(connection.read()).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void makesNoMeterOfAMethodThatAClientMadeUp() {
        try (var connection = new RawHttp(fixture().app().port())) {
            connection.write("SURPRISE /error HTTP/1.1\r\nHost: localhost\r\n\r\n");
            connection.read();
        }

        assertThat(fixture().app().management("/actuator/prometheus").body()).doesNotContain("SURPRISE");
    }

    @Test
    void showsReadinessAndMeters() {
        fixture().api().postText("hello");
        fixture().api().postText("").isProblem(422, "EMPTY_CONTENT");

        assertThat(fixture().app().management("/actuator/health/readiness").statusCode())
                .isEqualTo(200);
        assertThat(fixture().app().management("/actuator/health/readiness").body())
                .contains("uploads.received.v1");
        assertThat(fixture().app().management("/actuator/prometheus").body())
                .contains("millrace_collector_request_duration_seconds_bucket")
                .contains("error_type=\"EMPTY_CONTENT\"")
                .contains("millrace_collector_upload_size_bytes_sum")
                .contains("millrace_collector_send_duration_seconds_count")
                .contains("millrace_collector_buffered_bodies_bytes{application=\"collector-service\"} 0.0")
                .contains("millrace_collector_feed_following{application=\"collector-service\"} 1.0");
    }

    @Test
    void isNotReadyBeforeItRefusesRequests() {
        var app = fixture().another(Map.of("millrace.collector.stop-notice", "3s"));
        var api = new Api(fixture().openApi(), app);

        var stopping = CompletableFuture.runAsync(app::close);

        Awaitility.await()
                .pollInterval(10, TimeUnit.MILLISECONDS)
                .until(() -> app.management("/actuator/health/readiness").statusCode() == 503);
        assertThat(api.postText("the last one").status()).isEqualTo(202);
        stopping.join();
    }

    @Test
    void answersWaitingRequestsBeforeItStops() {
        var answer = new AtomicReference<CompletableFuture<Api.Answer>>();
        try (var app = fixture().another(Map.of())) {
            var api = new Api(fixture().openApi(), app);
            var id = api.postText("hello").id();
            answer.set(CompletableFuture.supplyAsync(() -> api.getUpload(id, "Prefer", "wait=60")));
            Awaitility.await()
                    .until(() -> app.bean(dev.millrace.collector.store.FreshResults.class)
                                    .waiting()
                            == 1);
        }

        var last = answer.get().orTimeout(5, TimeUnit.SECONDS).join();
        assertThat(last.text("status")).isEqualTo("PENDING");
    }

    /** The client goes on sending a byte now and then; fails unless that ends by the server's hand. */
    private static void assertIsClosedOn(RawHttp connection) {
        Awaitility.await()
                .pollInterval(Duration.ofMillis(100))
                .atMost(Duration.ofSeconds(8))
                .until(() -> !connection.write("a"));
    }

    private static void assertIsProblem(String answer, int status, String code) {
        assertThat(answer)
                .startsWith("HTTP/1.1 " + status + " ")
                .containsIgnoringCase("content-type: application/problem+json")
                .contains("\"code\":\"" + code + "\"")
                .contains("\"status\":" + status)
                .doesNotContain("Exception", "Tomcat", "<html");
    }
}
