package dev.millrace.ledger.load;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Collector's HTTP API, one request at a call. Thread-safe. */
public final class UploadApi implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    /** As many apps have it. A collector that is stopped makes requests fail at this. */
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final String address;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .build();

    /** @param address {@code http://host:port} */
    public UploadApi(String address) {
        this.address = address;
    }

    /** @throws IOException if no answer came in time */
    HttpResponse<String> post(Text text, @Nullable String key, String idempotencyKey, String traceId)
            throws IOException, InterruptedException {
        String query = key == null ? "" : "&key=" + key;
        var request = HttpRequest.newBuilder(URI.create(address + "/v1/uploads?pipeline=spam" + query))
                .timeout(TIMEOUT)
                .header("Content-Type", text.contentType())
                .header("Idempotency-Key", idempotencyKey)
                .header("traceparent", "00-%s-%s-01".formatted(traceId, traceId.substring(16)))
                .POST(HttpRequest.BodyPublishers.ofByteArray(text.bytes()))
                .build();
        return client.send(request, BodyHandlers.ofString());
    }

    /** Asks for an upload's result. @throws IOException if no answer came in time */
    public HttpResponse<String> get(UUID id) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create(address + "/v1/uploads/" + id))
                        .timeout(TIMEOUT)
                        .build(),
                BodyHandlers.ofString());
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
