package dev.millrace.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpServer;
import dev.millrace.sandbox.Ports;
import dev.millrace.standalone.suite.SuiteException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UploadClientTests {
    private static final UUID ID = UUID.fromString("019ab000-0000-7000-8000-000000000001");

    private final AtomicReference<String> seen = new AtomicReference<>("");
    private HttpServer server;
    private UploadClient client;

    @BeforeEach
    void start() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.start();
        client = new UploadClient("http://127.0.0.1:" + server.getAddress().getPort());
    }

    @AfterEach
    void stop() {
        client.close();
        server.stop(0);
    }

    @Test
    void readsTheIdFromTheLocation() {
        answer(202, "{}");

        var accepted = client.post("hello".getBytes(UTF_8), "text/plain", "spam", false);

        assertThat(accepted.id()).isEqualTo(ID);
        assertThat(accepted.done()).isFalse();
        assertThat(seen).hasValue("/v1/uploads?pipeline=spam text/plain null hello");
    }

    @Test
    void waitsForTheResultWhenAsked() {
        answer(200, "{\"label\":\"ham\"}");

        var accepted = client.post("hello".getBytes(UTF_8), "text/plain", "spam", true);

        assertThat(accepted.done()).isTrue();
        assertThat(accepted.body()).isEqualTo("{\"label\":\"ham\"}");
        assertThat(seen).hasValue("/v1/uploads?pipeline=spam text/plain wait=30 hello");
    }

    @Test
    void showsWhyAnUploadIsRefused() {
        answer(404, "{\"code\":\"UNKNOWN_PIPELINE\"}");

        assertThatExceptionOfType(SuiteException.class)
                .isThrownBy(() -> client.post(new byte[1], "text/plain", "no such", false))
                .withMessageContaining("refused with status 404")
                .satisfies(e -> assertThat(e.evidence()).containsExactly("{\"code\":\"UNKNOWN_PIPELINE\"}"));
    }

    @Test
    void postsAgainUntilTheResultIsThere() {
        var keys = new CopyOnWriteArrayList<String>();
        var statuses = new ArrayDeque<>(List.of(503, 202, 200));
        server.createContext("/", exchange -> {
            keys.add(exchange.getRequestHeaders().getFirst("Idempotency-Key"));
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().add("Retry-After", "0");
            byte[] body = "{}".getBytes(UTF_8);
            exchange.sendResponseHeaders(statuses.remove(), body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });

        String result = client.postAndAwait(new byte[1], "text/plain", "spam", Duration.ofSeconds(20));

        assertThat(result).isEqualTo("{}");
        assertThat(keys).hasSize(3).containsOnly(keys.getFirst()).doesNotContainNull();
    }

    @Test
    void saysThatNobodyAnswers() {
        try (var nobody = new UploadClient("http://127.0.0.1:" + Ports.free())) {
            assertThatExceptionOfType(SuiteException.class)
                    .isThrownBy(() -> nobody.post(new byte[1], "text/plain", "spam", false))
                    .withMessageContaining("nobody answers");
        }
    }

    @Test
    void tellsTheContentTypeByTheName() {
        assertThat(UploadClient.contentType("a.EML")).isEqualTo("message/rfc822");
        assertThat(UploadClient.contentType("a.b.txt")).isEqualTo("text/plain; charset=utf-8");
        assertThatExceptionOfType(SuiteException.class).isThrownBy(() -> UploadClient.contentType("a.pdf"));
    }

    private void answer(int status, String body) {
        server.createContext("/", exchange -> {
            try (exchange) {
                seen.set("%s %s %s %s"
                        .formatted(
                                exchange.getRequestURI(),
                                exchange.getRequestHeaders().getFirst("Content-Type"),
                                exchange.getRequestHeaders().getFirst("Prefer"),
                                new String(exchange.getRequestBody().readAllBytes(), UTF_8)));
                exchange.getResponseHeaders().add("Location", "/v1/uploads/" + ID);
                exchange.sendResponseHeaders(status, body.length());
                exchange.getResponseBody().write(body.getBytes(UTF_8));
            }
        });
    }
}
