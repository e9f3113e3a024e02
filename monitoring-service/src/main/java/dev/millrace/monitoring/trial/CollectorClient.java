package dev.millrace.monitoring.trial;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Posts one upload to collector and waits a while for its result. Safe to share between threads. */
final class CollectorClient implements AutoCloseable {
    private static final Duration WAIT = Duration.ofSeconds(20);
    /** Above what collector waits, with time for it to answer. */
    private static final Duration TIMEOUT = WAIT.plusSeconds(15);

    private static final int LONGEST_ANSWER = 1 << 20;

    private final URI uploads;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(3))
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    /** @param collector its API, as in {@code http://collector:8080} */
    CollectorClient(URI collector) {
        this.uploads = URI.create(collector.toString().replaceFirst("/+$", "") + "/v1/uploads");
    }

    /** What collector says. */
    @SuppressWarnings("ArrayRecordComponent") // Bytes on their way; nobody asks whether two are equal.
    record Answer(int status, String contentType, Optional<String> retryAfter, byte[] body) {}

    /**
     * Posts an upload.
     *
     * @throws IOException if collector cannot be reached, does not answer in time, or answers more than 1 MiB
     */
    Answer post(String contentType, byte[] content) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(uploads)
                .timeout(TIMEOUT)
                .header("Content-Type", contentType)
                .header("Prefer", "wait=" + WAIT.toSeconds())
                .POST(HttpRequest.BodyPublishers.ofByteArray(content))
                .build();
        // The timeout of a request ends with the head of its answer.
        var answer = http.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), LONGEST_ANSWER));
        try {
            var response = answer.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            return new Answer(
                    response.statusCode(),
                    response.headers().firstValue("Content-Type").orElse("application/octet-stream"),
                    response.headers().firstValue("Retry-After"),
                    response.body());
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException(
                    e instanceof TimeoutException ? "no answer in time" : String.valueOf(e.getCause()), e);
        } finally {
            answer.cancel(true);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
