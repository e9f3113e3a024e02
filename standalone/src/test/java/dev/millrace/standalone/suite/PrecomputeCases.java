package dev.millrace.standalone.suite;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Contents that the caches know before anybody asks. */
abstract class PrecomputeCases {
    abstract Suite suite();

    @Test
    void answersAtOnceWhatWasPrecomputed(@TempDir Path folder) throws Exception {
        var file = Files.writeString(
                folder.resolve("known.ndjson"),
                IntStream.range(0, 40)
                        .mapToObj(i -> "{\"pipeline\": \"spam\", \"content\": \"%s\"}\n".formatted(text(i)))
                        .collect(Collectors.joining("", "", "{\"pipeline\": \"none\", \"content\": \"?\"}\n")));

        assertThat(precompute(file)).contains("line 41: UNKNOWN_PIPELINE", "1 without a prediction");
        // On a busy machine Redis may be too slow for one or another, which is computed then.
        assertThat(precompute(file)).containsPattern("41 lines: \\d computed, [34]\\d known before");

        try (var http = HttpClient.newHttpClient()) {
            await().atMost(Duration.ofMinutes(1))
                    .untilAsserted(() -> assertThat(post(http, text(17)).body()).contains("\"cached\":true"));
            assertThat(post(http, text(41)).statusCode()).isEqualTo(202);
        }
    }

    private static String text(int number) {
        return "Precomputed text number %d is about the weather.".formatted(number);
    }

    private HttpResponse<String> post(HttpClient http, String text) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(suite().addresses().api() + "/v1/uploads?pipeline=spam"))
                .header("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString(text))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private String precompute(Path file) throws IOException {
        var process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.millrace.standalone.Millrace",
                        "precompute",
                        file.toString(),
                        "--url",
                        suite().addresses().api(),
                        "--in-flight",
                        "1"))
                .redirectErrorStream(true)
                .start();
        return new String(process.getInputStream().readAllBytes(), UTF_8);
    }
}
