package dev.millrace.standalone;

import dev.millrace.drift.profile.EmbeddingProfile;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * An alarm of the dashboard: the first window after a time in which series drifted.
 *
 * @param model name and version, as in {@code spam/2}
 * @param rows uploads in the window
 * @param drifted how many series drifted
 * @param series how many there are
 * @param most those with the most evidence, five or fewer
 */
record DriftAlarm(String model, Instant start, Instant end, long rows, int drifted, int series, List<Change> most) {
    private static final int MOST = 5;

    DriftAlarm {
        most = List.copyOf(most);
    }

    /**
     * What changed.
     *
     * @param effect Cliff's delta, above 0 if values are higher than in training
     * @param share of the evidence, 0 to 1
     */
    record Change(String series, double effect, double share) {
        private static final double NOTABLE = 0.02;

        String direction() {
            if (series.equals(EmbeddingProfile.NAME)) {
                return "unlike those of training";
            }
            return effect > NOTABLE ? "higher" : effect < -NOTABLE ? "lower" : "spread otherwise";
        }
    }

    /** Whether an alarm is open, whenever it was raised. */
    static boolean isOpen(JsonNode drift) {
        return drift.at("/alerts")
                .valueStream()
                .anyMatch(alert -> alert.at("/state").asString("").equals("OPENED"));
    }

    /** Uploads in the largest window that began after a time. */
    static long mostRows(JsonNode drift, Instant since) {
        return drift.at("/reports")
                .valueStream()
                .flatMap(JsonNode::valueStream)
                .filter(report ->
                        !Instant.parse(report.at("/start").asString("")).isBefore(since))
                .mapToLong(report -> report.at("/rows").asLong(0))
                .max()
                .orElse(0);
    }

    /**
     * Finds one.
     *
     * @param drift what {@code /api/drift} answers
     * @param since when the traffic changed: windows that began before it are no news
     */
    static Optional<DriftAlarm> of(JsonNode drift, Instant since) {
        return drift.at("/alerts")
                .valueStream()
                .filter(alert -> alert.at("/state").asString("").equals("OPENED"))
                .map(alert -> alert.at("/model").asString(""))
                .flatMap(model -> drift.at("/reports").path(model).valueStream())
                .filter(report ->
                        !Instant.parse(report.at("/start").asString("")).isBefore(since))
                .map(DriftAlarm::of)
                .filter(alarm -> alarm.drifted() > 0)
                .findFirst();
    }

    private static DriftAlarm of(JsonNode report) {
        var drifted = report.at("/series")
                .valueStream()
                .filter(series -> series.at("/state").asString("").equals("DRIFTED"))
                .map(series -> new Change(
                        series.at("/series").asString(""),
                        series.at("/effect").asDouble(0),
                        series.at("/share").asDouble(0)))
                .sorted((a, b) -> Double.compare(b.share(), a.share()))
                .toList();
        return new DriftAlarm(
                report.at("/model").asString(""),
                Instant.parse(report.at("/start").asString("")),
                Instant.parse(report.at("/end").asString("")),
                report.at("/rows").asLong(0),
                drifted.size(),
                report.at("/series").size(),
                drifted.stream().limit(MOST).toList());
    }
}
