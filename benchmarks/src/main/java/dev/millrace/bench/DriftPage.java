package dev.millrace.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What monitoring says of windows. It tells of the last 36 of each version, so it has to be looked at more often than that. */
final class DriftPage implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final HttpRequest request;
    private final Map<String, Window> windows = new TreeMap<>();

    /**
     * What was said of a version's window.
     *
     * @param rows uploads in it
     * @param judged whether it had enough of them for any series
     * @param drifted whether any series was called drifted
     * @param faulty whether anything was wrong with its data
     */
    record Window(Instant start, long rows, boolean judged, boolean drifted, boolean faulty) {}

    /** @param monitoring {@code http://host:port/} */
    DriftPage(String monitoring) {
        request = HttpRequest.newBuilder(URI.create(monitoring + "api/drift"))
                .timeout(Duration.ofSeconds(30))
                .build();
    }

    void look() throws IOException, InterruptedException {
        var answer = client.send(request, BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException("%s: %d (expected: 200)".formatted(request.uri(), answer.statusCode()));
        }
        JSON.readTree(answer.body())
                .required("reports")
                .valueStream()
                .flatMap(JsonNode::valueStream)
                .forEach(report -> windows.put(
                        report.required("start").asString()
                                + report.required("model").asString(),
                        window(report)));
    }

    private static Window window(JsonNode report) {
        var states = report.required("series")
                .valueStream()
                .map(series -> series.required("state").asString())
                .toList();
        return new Window(
                Instant.parse(report.required("start").asString()),
                report.required("rows").asLong(),
                states.stream().anyMatch(state -> !state.equals("TOO_FEW_ROWS")),
                states.contains("DRIFTED"),
                !report.required("faults").isEmpty());
    }

    /** Windows that were judged and began in a time, the earliest first. */
    List<Window> judged(Instant from, Instant until) {
        return windows.values().stream()
                .filter(Window::judged)
                .filter(window ->
                        !window.start().isBefore(from) && window.start().isBefore(until))
                .toList();
    }

    @Override
    public void close() {
        client.close();
    }
}
