package dev.millrace.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What monitoring's page has said of windows so far; it forgets those of an hour ago, so it has to be looked at often. */
final class DriftPage {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final HttpRequest request;
    private final Map<String, Window> windows = new HashMap<>();
    private final Set<Alert> alerts = new TreeSet<>();

    /** @param rows uploads of a model version in it */
    record Window(Instant start, long rows) {}

    /** One that was opened. @param about drift or faults */
    record Alert(Instant start, String model, String about) implements Comparable<Alert> {
        @Override
        public int compareTo(Alert other) {
            return toString().compareTo(other.toString());
        }
    }

    /** @param monitoring {@code http://host:port/} */
    DriftPage(String monitoring) {
        request = HttpRequest.newBuilder(URI.create(monitoring + "api/drift"))
                .timeout(Duration.ofSeconds(10))
                .build();
    }

    void look() throws IOException, InterruptedException {
        var answer = client.send(request, BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException("%s: %d (expected: 200)".formatted(request.uri(), answer.statusCode()));
        }
        var drift = JSON.readTree(answer.body());
        drift.at("/reports").valueStream().flatMap(JsonNode::valueStream).forEach(report -> {
            var start = start(report);
            windows.put(
                    report.at("/model").asString("") + start,
                    new Window(start, report.at("/rows").asLong(0)));
        });
        opened(drift.at("/alerts"), "drift");
        opened(drift.at("/faultAlerts"), "faults");
    }

    private void opened(JsonNode all, String about) {
        all.valueStream()
                .filter(alert -> alert.at("/state").asString("").equals("OPENED"))
                .forEach(alert ->
                        alerts.add(new Alert(start(alert), alert.at("/model").asString(""), about)));
    }

    private static Instant start(JsonNode node) {
        return Instant.parse(node.at("/start").asString(""));
    }

    /** Windows that began in a time. */
    List<Window> windows(Instant from, Instant until) {
        return windows.values().stream()
                .filter(window -> isIn(window.start(), from, until))
                .toList();
    }

    /** Alerts of windows that began in a time, in order. */
    Stream<Alert> alerts(Instant from, Instant until) {
        return alerts.stream().filter(alert -> isIn(alert.start(), from, until));
    }

    private static boolean isIn(Instant time, Instant from, Instant until) {
        return !time.isBefore(from) && time.isBefore(until);
    }
}
