package dev.millrace.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.millrace.ledger.audit.ApiView;
import dev.millrace.ledger.load.RunClock;
import dev.millrace.ledger.load.UploadApi;
import dev.millrace.sandbox.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.UUID;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.Test;

class ApiWatcherTests {
    private static final Duration PATIENCE = Duration.ofMillis(500);
    private static final String RESULT = "{\"status\":\"SUCCEEDED\"}";

    private final UUID id = UUID.randomUUID();
    private final int port = Ports.free();
    private final RunClock clock = new RunClock();

    @Test
    void doesNotCountTheTimeInWhichTheApiCannotBeReached() throws Exception {
        try (var api = new UploadApi("http://127.0.0.1:" + port);
                var watcher = new ApiWatcher(api, clock, PATIENCE)) {
            watcher.watch(id, clock.now());
            Thread.sleep(PATIENCE.multipliedBy(2));
            assertThat(watcher.settled()).isZero();

            var server = serve(200, RESULT);
            try {
                await().atMost(Duration.ofSeconds(10)).until(() -> watcher.settled() == 1);
            } finally {
                server.stop(0);
            }

            assertThat(watcher.views()).containsEntry(id, new ApiView.Shown(DigestUtils.sha256Hex(RESULT)));
        }
    }

    @Test
    void givesUpOnAnApiThatStaysAway() throws Exception {
        try (var api = new UploadApi("http://127.0.0.1:" + port);
                var watcher = new ApiWatcher(api, clock, PATIENCE)) {
            watcher.watch(id, clock.now());

            await().atMost(Duration.ofSeconds(20)).until(() -> watcher.settled() == 1);

            assertThat(watcher.views().get(id)).isInstanceOf(ApiView.NotShown.class);
        }
    }

    @Test
    void countsTheTimeInWhichTheApiSaysSomethingElse() throws Exception {
        var server = serve(404, "{}");
        try (var api = new UploadApi("http://127.0.0.1:" + port);
                var watcher = new ApiWatcher(api, clock, PATIENCE)) {
            watcher.watch(id, clock.now());

            await().atMost(Duration.ofSeconds(10)).until(() -> watcher.settled() == 1);

            assertThat(watcher.views()).containsEntry(id, new ApiView.NotShown("404 {}"));
        } finally {
            server.stop(0);
        }
    }

    private HttpServer serve(int status, String body) throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext("/", exchange -> {
            byte[] bytes = body.getBytes(UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
        return server;
    }
}
