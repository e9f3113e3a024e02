package dev.millrace.collector;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A client of one collector's API that checks every answer against {@link OpenApi}. */
final class Api {
    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private final OpenApi openApi;
    private final CollectorApp collector;

    Api(OpenApi openApi, CollectorApp collector) {
        this.openApi = openApi;
        this.collector = collector;
    }

    /** An answer whose form is right. */
    record Answer(HttpResponse<String> response) {
        int status() {
            return response.statusCode();
        }

        JsonNode json() {
            return JsonMapper.shared().readTree(response.body());
        }

        String text(String field) {
            return json().path(field).asString("");
        }

        UUID id() {
            return UUID.fromString(text("id"));
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        /** Fails unless this is the problem of that code, with a trace id. */
        Answer isProblem(int status, String code) {
            assertThat(status()).as(response.body()).isEqualTo(status);
            assertThat(text("code")).as(response.body()).isEqualTo(code);
            assertThat(text("status")).isEqualTo(Integer.toString(status));
            assertThat(header("Content-Type")).isEqualTo("application/problem+json");
            assertThat(response.body()).doesNotContain("Exception", "dev.millrace", "springframework");
            return this;
        }
    }

    /** Posts with headers given as name, value, name, value…; the first pair usually is Content-Type. */
    Answer post(String query, byte[] body, String... headers) {
        return send(request("/v1/uploads" + query, headers).POST(BodyPublishers.ofByteArray(body)));
    }

    Answer postText(String text, String... headers) {
        return send(request("/v1/uploads", headers)
                .header("Content-Type", "text/plain")
                .POST(BodyPublishers.ofString(text)));
    }

    Answer postJson(String json, String... headers) {
        return send(request("/v1/uploads", headers)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(json)));
    }

    Answer get(String path, String... headers) {
        return send(request(path, headers).GET());
    }

    Answer getUpload(UUID id, String... headers) {
        return get("/v1/uploads/" + id, headers);
    }

    Answer erase(UUID id) {
        return send(request("/v1/uploads/" + id).DELETE());
    }

    HttpRequest.Builder request(String path, String... headers) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(collector.port(), path)))
                .timeout(Duration.ofSeconds(90));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return request;
    }

    /** Sends an operation of the API. */
    Answer send(HttpRequest.Builder request) {
        var response = sendUnchecked(request);
        openApi.check(response.request().method(), response.request().uri().getRawPath(), response);
        return new Answer(response);
    }

    /** Sends what is no operation of the API; the answer must be a problem all the same. */
    Answer sendForeign(HttpRequest.Builder request) {
        var response = sendUnchecked(request);
        openApi.checkProblem(response);
        return new Answer(response);
    }

    private static HttpResponse<String> sendUnchecked(HttpRequest.Builder request) {
        try {
            return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
