package dev.millrace.monitoring.webhook;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** Posts alerts to one address. */
final class Post implements AutoCloseable {
    /** What is said of a body that will never do. */
    private static final Set<Integer> REFUSALS = Set.of(400, 413, 415, 422);

    private final URI url;
    private final Duration timeout;
    private final HttpClient client;

    /** How a post ended. */
    enum Outcome {
        DELIVERED,
        /** It may go better another time. */
        FAILED,
        /** It would go no better another time. */
        REFUSED
    }

    /** @param reason why it was not delivered, empty if it was */
    record Answer(Outcome outcome, Optional<String> reason) {}

    Post(URI url, Duration timeout) {
        this.url = url;
        this.timeout = timeout;
        // Whoever is redirected to was not chosen by who set the address.
        this.client = HttpClient.newBuilder()
                .connectTimeout(timeout)
                .followRedirects(Redirect.NEVER)
                .build();
    }

    /** Posts an alert. What is answered beyond the status is not read: it may have no end. */
    Answer post(String id, byte[] json) throws InterruptedException {
        var request = HttpRequest.newBuilder(url)
                .timeout(timeout)
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", id)
                .POST(BodyPublishers.ofByteArray(json))
                .build();
        try {
            var response = client.send(request, BodyHandlers.ofInputStream());
            response.body().close();
            int status = response.statusCode();
            if (status >= 200 && status < 300) {
                return new Answer(Outcome.DELIVERED, Optional.empty());
            }
            return new Answer(
                    REFUSALS.contains(status) ? Outcome.REFUSED : Outcome.FAILED, Optional.of("status " + status));
        } catch (IOException e) {
            return new Answer(Outcome.FAILED, Optional.of(e.getClass().getSimpleName()));
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
