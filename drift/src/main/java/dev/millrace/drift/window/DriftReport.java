package dev.millrace.drift.window;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import java.util.List;

/**
 * What a window says of the traffic of a model version.
 *
 * @param model name and version, as in {@code spam/2}
 * @param start of the window, in event time
 * @param end exclusive
 * @param rows uploads in the window
 * @param level probability that anything is called drifted though nothing changed
 * @param series in the profile's order, the embeddings last if they are watched
 * @param faults of the data, whether anything drifted or not
 * @param scores of its predictions, ascending, none if the profile has none; not for readers of JSON
 */
public record DriftReport(
        String model,
        Instant start,
        Instant end,
        long rows,
        double level,
        List<SeriesReport> series,
        List<FaultReport> faults,
        @JsonIgnore List<ScoreCount> scores) {

    public DriftReport {
        scores = List.copyOf(scores);
        series = List.copyOf(series);
        faults = List.copyOf(faults);
    }

    /** The series that drifted, those with the most evidence first. */
    public List<SeriesReport> drifted() {
        return series.stream()
                .filter(one -> one.state() == SeriesReport.State.DRIFTED)
                .sorted((a, b) -> Double.compare(evidence(b), evidence(a)))
                .toList();
    }

    private static double evidence(SeriesReport series) {
        return series.share() == null ? 0 : series.share();
    }
}
