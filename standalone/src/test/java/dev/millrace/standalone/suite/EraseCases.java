package dev.millrace.standalone.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** An upload that somebody wants forgotten, by all services. */
abstract class EraseCases {
    private static final String TEXT = "A text that shall be forgotten by each of them.";
    private static final Pattern COMPUTED = Pattern.compile(
            "(?m)^millrace_cache_gets_total\\{(?=[^}]*answer=\"computed\")(?=[^}]*cache=\"embedding\")[^}]*} ([0-9.]+)");

    abstract Suite suite();

    @Test
    void computesAgainWhatWasErased() throws Exception {
        try (var http = HttpClient.newHttpClient()) {
            // The other services hear of it by a message, which another upload may overtake.
            await().atMost(Duration.ofMinutes(2)).untilAsserted(() -> {
                await().atMost(Duration.ofMinutes(1))
                        .untilAsserted(() -> assertThat(post(http).body()).contains("\"cached\":true"));
                var last = post(http);
                double before = computed(http);
                String id = JsonMapper.shared().readTree(last.body()).path("id").asString();
                await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> assertThat(
                                send(http, upload(id).DELETE()).statusCode())
                        .isEqualTo(204));

                assertThat(send(http, upload(id).GET()).statusCode()).isEqualTo(410);
                assertThat(post(http).body()).doesNotContain("\"cached\":true").contains("\"status\":\"SUCCEEDED\"");
                assertThat(computed(http)).isEqualTo(before + 1);
            });
        }
    }

    private HttpResponse<String> post(HttpClient http) throws IOException, InterruptedException {
        return send(
                http,
                HttpRequest.newBuilder(URI.create(suite().addresses().api() + "/v1/uploads?pipeline=spam"))
                        .header("Content-Type", "text/plain")
                        .header("Prefer", "wait=60")
                        .POST(HttpRequest.BodyPublishers.ofString(TEXT)));
    }

    private HttpRequest.Builder upload(String id) {
        return HttpRequest.newBuilder(URI.create(suite().addresses().api() + "/v1/uploads/" + id));
    }

    /** Embeddings that feature has computed. */
    private double computed(HttpClient http) throws IOException, InterruptedException {
        var metrics = send(
                http,
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/actuator/prometheus"
                                .formatted(suite().addresses().management(Service.FEATURE))))
                        .GET());
        var count = COMPUTED.matcher(metrics.body());
        assertThat(count.find()).isTrue();
        return Double.parseDouble(count.group(1));
    }

    private static HttpResponse<String> send(HttpClient http, HttpRequest.Builder request)
            throws IOException, InterruptedException {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
