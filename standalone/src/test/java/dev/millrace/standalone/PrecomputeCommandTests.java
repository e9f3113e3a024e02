package dev.millrace.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrecomputeCommandTests {
    private static final int LINES = 200;

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();
    private final PrintStream before = System.err;
    private HttpServer server;

    @BeforeEach
    void start() throws Exception {
        System.setErr(new PrintStream(errors, true, UTF_8));
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] problem =
                    "{\"code\": \"MALFORMED_REQUEST\", \"detail\": \"Millrace-Tenant: 'a b'\"}".getBytes(UTF_8);
            exchange.sendResponseHeaders(400, problem.length);
            exchange.getResponseBody().write(problem);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        System.setErr(before);
    }

    @Test
    void saysWhyLinesAreRefusedButNotOfEachWhenAllAre() throws Exception {
        var file = Files.writeString(folder.resolve("lines.ndjson"), "{\"content\": \"?\"}\n".repeat(LINES));

        int status = Millrace.commandLine()
                .execute(
                        "precompute",
                        file.toString(),
                        "--tenant",
                        "a b",
                        "--url",
                        "http://127.0.0.1:" + server.getAddress().getPort());

        assertThat(status).isEqualTo(Millrace.NOT_AS_ASKED);
        assertThat(errors.toString(UTF_8).lines())
                .hasSize(21)
                .first()
                .asString()
                .contains("line 1: MALFORMED_REQUEST: Millrace-Tenant: 'a b'");
    }
}
