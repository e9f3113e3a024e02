package dev.millrace.monitoring;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Answers as collector's API does: a blank upload is refused, any other is spam. */
public final class FakeCollector implements AutoCloseable {
    private final HttpServer server;
    private final List<String> received = new CopyOnWriteArrayList<>();

    public FakeCollector() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/uploads", this::answer);
        server.start();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Each upload: its content type, its preference and its content. */
    public List<String> received() {
        return received;
    }

    private void answer(HttpExchange exchange) throws IOException {
        String content = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
        var headers = exchange.getRequestHeaders();
        received.add("%s, %s: %s".formatted(headers.getFirst("Content-Type"), headers.getFirst("Prefer"), content));
        if (content.isBlank()) {
            send(exchange, 422, "application/problem+json", """
                    {"type":"urn:millrace:problem:empty-content","title":"The content is empty","status":422,
                     "detail":"content: blank (expected: text)","code":"EMPTY_CONTENT"}""");
        } else {
            send(exchange, 200, "application/json", """
                    {"id":"0190a6d2-7d4e-7c3a-9b1f-2f6a5b7c8d9e","attempt":1,"pipeline":"spam","status":"SUCCEEDED",
                     "label":"spam","score":0.997,"threshold":0.5,
                     "model":{"name":"spam","version":"2","digest":"00","precision":"bf16"},
                     "acceptedAt":"2026-11-22T10:00:00.000Z","publishedAt":"2026-11-22T10:00:00.098Z",
                     "hops":[{"service":"collector","receivedAt":"2026-11-22T10:00:00.000Z","sentAt":"2026-11-22T10:00:00.003Z"},
                             {"service":"feature","receivedAt":"2026-11-22T10:00:00.011Z","sentAt":"2026-11-22T10:00:00.059Z"}],
                     "traceId":"4bf92f3577b34da6a3ce929d0e0e4736"}""");
        }
    }

    private static void send(HttpExchange exchange, int status, String type, String body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        byte[] bytes = body.getBytes(UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
