package dev.millrace.monitoring.drift;

import dev.millrace.drift.window.DriftReport;
import dev.millrace.drift.window.SeriesReport;
import java.time.Instant;
import java.util.List;

/**
 * An alert: the traffic of a model version is not as in training any more, or is so again. One is open at a time for each
 * version.
 *
 * @param id the same however often it is sent
 * @param model name and version, as in {@code spam/2}
 * @param start of the window that decided it, in event time
 * @param end exclusive
 * @param rows uploads in that window
 * @param level probability of an alert at one window if nothing changed
 * @param drifted how many series drifted
 * @param series up to five of them, those with the most evidence first
 */
public record DriftDetected(
        String id,
        State state,
        String model,
        Instant start,
        Instant end,
        long rows,
        double level,
        int drifted,
        List<SeriesReport> series) {
    private static final int SERIES = 5;

    @SuppressWarnings("ConstantValue") // JSON may leave out what the record's type says is there.
    public DriftDetected {
        if (id == null || state == null || model == null || start == null || end == null || series == null) {
            throw new IllegalArgumentException("alert: incomplete (expected: id, state, model, start, end and series)");
        }
        series = List.copyOf(series);
    }

    /** Whether it began or is over. */
    public enum State {
        OPENED,
        RESOLVED
    }

    static DriftDetected of(DriftReport report, State state) {
        var drifted = report.drifted();
        return new DriftDetected(
                "%s/%s/%s".formatted(report.model(), report.start(), state),
                state,
                report.model(),
                report.start(),
                report.end(),
                report.rows(),
                report.level(),
                drifted.size(),
                drifted.stream().limit(SERIES).toList());
    }
}
