package dev.millrace.standalone;

import dev.millrace.standalone.suite.SuiteException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;

/** Posts uploads to collector's HTTP API. Thread-safe. */
final class UploadClient implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final Set<Integer> AGAIN = Set.of(202, 409, 429, 503);
    private static final long MAX_PAUSE_SECONDS = 10;

    private final String api;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    /** @param api {@code http://host:port} of collector */
    UploadClient(String api) {
        this.api = api;
    }

    /**
     * The answer to an upload that was accepted.
     *
     * @param location where its result can be asked for
     * @param body JSON; the result, if it was waited for and came in time
     */
    record Accepted(UUID id, URI location, boolean done, String body) {}

    /**
     * Posts one upload.
     *
     * @param wait whether to wait up to 30 s for the result
     * @throws SuiteException if it is refused or collector does not answer
     */
    Accepted post(byte[] content, String contentType, String pipeline, boolean wait) {
        var request = request(content, contentType, pipeline);
        if (wait) {
            request.header("Prefer", "wait=30");
        }
        var response = send(request.build());
        if (response.statusCode() != 200 && response.statusCode() != 202) {
            throw refused(response);
        }
        var location = response.uri()
                .resolve(response.headers()
                        .firstValue("Location")
                        .or(() -> response.headers().firstValue("Content-Location"))
                        .orElseThrow(
                                () -> new IllegalStateException("an accepted upload without Location: " + response)));
        String path = location.getPath();
        return new Accepted(
                UUID.fromString(path.substring(path.lastIndexOf('/') + 1)),
                location,
                response.statusCode() == 200,
                response.body());
    }

    /**
     * Posts an upload and waits for its result, however often collector is too busy: the same request with the same
     * {@code Idempotency-Key} is one upload, so it is sent again until its result is there.
     *
     * @param patience how long to go on
     * @return the result, JSON
     * @throws SuiteException if it is refused, collector does not answer, or there is no result in time
     */
    String postAndAwait(byte[] content, String contentType, String pipeline, Duration patience) {
        var response = await(request(content, contentType, pipeline), patience);
        if (response.statusCode() != 200) {
            throw refused(response);
        }
        return response.body();
    }

    /** The last word on an upload: its result with status 200, or a problem. */
    record Answer(int status, String body) {}

    /**
     * As the other, for an upload in the API's JSON form; one that is refused is no exception here.
     *
     * @throws SuiteException if collector does not answer, or there is no result in time
     */
    Answer postAndAwait(byte[] json, String tenant, Duration patience) {
        var request = HttpRequest.newBuilder(URI.create(api + "/v1/uploads"))
                .timeout(TIMEOUT)
                .header("Content-Type", "application/json")
                .header("Millrace-Tenant", tenant)
                .POST(BodyPublishers.ofByteArray(json));
        var response = await(request, patience);
        return new Answer(response.statusCode(), response.body());
    }

    private HttpResponse<String> await(HttpRequest.Builder builder, Duration patience) {
        var request = builder.header("Idempotency-Key", UUID.randomUUID().toString())
                .header("Prefer", "wait=30")
                .build();
        for (var deadline = Instant.now().plus(patience); ; ) {
            var response = send(request);
            // 202: not there yet; 409: another try is not answered yet; 429: the pipeline is behind; 503: busy, or not
            // known.
            if (!AGAIN.contains(response.statusCode())) {
                return response;
            }
            if (Instant.now().isAfter(deadline)) {
                throw new SuiteException(
                        "no result within %s".formatted(patience),
                        "look into './millrace status' and './millrace logs'",
                        List.of(response.body()));
            }
            pause(response);
        }
    }

    /** The content type that a file's extension stands for. @throws SuiteException if it is another one */
    static String contentType(String fileName) {
        String extension = fileName.substring(fileName.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return switch (extension) {
            case "eml" -> "message/rfc822";
            case "txt" -> "text/plain; charset=utf-8";
            default ->
                throw new SuiteException(
                        "%s: its kind is not known by its name".formatted(fileName),
                        "name it .eml (e-mail) or .txt (text in UTF-8)");
        };
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    private HttpRequest.Builder request(byte[] content, String contentType, String pipeline) {
        return HttpRequest.newBuilder(
                        URI.create(api + "/v1/uploads?pipeline=" + URLEncoder.encode(pipeline, StandardCharsets.UTF_8)))
                .timeout(TIMEOUT)
                .header("Content-Type", contentType)
                .POST(BodyPublishers.ofByteArray(content));
    }

    private static SuiteException refused(HttpResponse<String> response) {
        return new SuiteException(
                "the upload is refused with status " + response.statusCode(), "see below", List.of(response.body()));
    }

    /** Waits as long as the answer asks for. */
    private static void pause(HttpResponse<String> response) {
        long seconds = response.headers()
                .firstValue("Retry-After")
                .filter(value -> value.matches("[0-9]{1,4}"))
                .map(Long::parseLong)
                .orElse(1L);
        try {
            Thread.sleep(Duration.ofSeconds(Math.clamp(seconds, 0, MAX_PAUSE_SECONDS)));
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private static SuiteException interrupted() {
        Thread.currentThread().interrupt();
        return new SuiteException("interrupted", "try again");
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return client.send(request, BodyHandlers.ofString());
        } catch (ConnectException e) {
            throw new SuiteException("nobody answers at " + api, "is the suite up? './millrace status' tells");
        } catch (IOException e) {
            throw new SuiteException(
                    "collector does not answer at %s: %s".formatted(api, e), "look into './millrace logs collector'");
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }
}
