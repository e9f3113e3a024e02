package dev.millrace.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;

class DriftPageTests {
    private static final Instant START = Instant.parse("2026-11-23T10:00:00Z");

    private HttpServer server;
    private DriftPage page;
    private int status = 200;
    private String body = "";

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/api/drift", exchange -> {
            byte[] bytes = body.getBytes(UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
        page = new DriftPage(
                "http://127.0.0.1:%d/".formatted(server.getAddress().getPort()));
    }

    @AfterEach
    void stop() {
        page.close();
        server.stop(0);
    }

    private static String report(Instant start, String state, String faults) {
        return """
                {"model": "spam/2", "start": "%s", "rows": 250, "faults": [%s],
                 "series": [{"state": "STABLE"}, {"state": "%s"}]}
                """.formatted(start, faults, state);
    }

    private void saying(String... reports) {
        body = "{\"reports\": {\"spam/2\": [%s]}}".formatted(String.join(",", reports));
    }

    @Test
    void remembersWindowsThatArePastAndCountsEachOnce() throws Exception {
        saying(report(START, "STABLE", ""), report(START.plusSeconds(10), "DRIFTED", ""));
        page.look();
        saying(report(START.plusSeconds(10), "DRIFTED", ""), report(START.plusSeconds(20), "STABLE", "{}"));
        page.look();

        assertThat(page.judged(START, START.plusSeconds(30)))
                .containsExactly(
                        new DriftPage.Window(START, 250, true, false, false),
                        new DriftPage.Window(START.plusSeconds(10), 250, true, true, false),
                        new DriftPage.Window(START.plusSeconds(20), 250, true, false, true));
        assertThat(page.judged(START.plusSeconds(10), START.plusSeconds(20))).hasSize(1);
    }

    @Test
    void leavesOutWhatWasNotJudged() throws Exception {
        saying(report(START, "TOO_FEW_ROWS", "").replace("STABLE", "TOO_FEW_ROWS"));

        page.look();

        assertThat(page.judged(START, START.plusSeconds(10))).isEmpty();
    }

    @Test
    void failsWhereItUnderstandsNothing() {
        body = "{\"windows\": {}}";
        assertThatThrownBy(page::look).isInstanceOf(JacksonException.class).hasMessageContaining("reports");
        saying("{\"model\": \"spam/2\"}");
        assertThatThrownBy(page::look).isInstanceOf(JacksonException.class);
        status = 503;
        assertThatThrownBy(page::look).isInstanceOf(IOException.class).hasMessageContaining("503 (expected: 200)");
    }
}
