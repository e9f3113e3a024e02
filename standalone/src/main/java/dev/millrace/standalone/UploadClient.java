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
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/** Posts uploads to collector's HTTP API. Thread-safe. */
final class UploadClient implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

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
        var uri = URI.create(api + "/v1/uploads?pipeline=" + URLEncoder.encode(pipeline, StandardCharsets.UTF_8));
        var request = HttpRequest.newBuilder(uri)
                .timeout(TIMEOUT)
                .header("Content-Type", contentType)
                .POST(BodyPublishers.ofByteArray(content));
        if (wait) {
            request.header("Prefer", "wait=30");
        }
        var response = send(request.build());
        if (response.statusCode() != 200 && response.statusCode() != 202) {
            throw new SuiteException(
                    "the upload is refused with status " + response.statusCode(),
                    "see below",
                    List.of(response.body()));
        }
        var location = uri.resolve(response.headers()
                .firstValue("Location")
                .or(() -> response.headers().firstValue("Content-Location"))
                .orElseThrow(() -> new IllegalStateException("an accepted upload without Location: " + response)));
        String path = location.getPath();
        return new Accepted(
                UUID.fromString(path.substring(path.lastIndexOf('/') + 1)),
                location,
                response.statusCode() == 200,
                response.body());
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

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return client.send(request, BodyHandlers.ofString());
        } catch (ConnectException e) {
            throw new SuiteException("nobody answers at " + api, "is the suite up? './millrace status' tells");
        } catch (IOException e) {
            throw new SuiteException(
                    "collector does not answer at %s: %s".formatted(api, e), "look into './millrace logs collector'");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SuiteException("interrupted", "try again");
        }
    }
}
