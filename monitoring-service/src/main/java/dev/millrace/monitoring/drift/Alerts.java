package dev.millrace.monitoring.drift;

import dev.millrace.drift.window.DriftReport;
import dev.millrace.drift.window.SeriesReport;
import dev.millrace.monitoring.drift.DriftDetected.State;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which alert follows. It depends on the alert sent last and on the windows after it alone, so whichever replica sends alerts
 * goes on where the one before it stopped.
 */
final class Alerts {
    /** Judged windows in a row without drift, after which an alert is over. */
    private static final int CALM = 3;

    private Alerts() {}

    /**
     * The next alert of a model version.
     *
     * @param last sent, or null
     * @param reports of the version, oldest first
     */
    static Optional<DriftDetected> next(@Nullable DriftDetected last, List<DriftReport> reports) {
        boolean open = last != null && last.state() == State.OPENED;
        int calm = 0;
        for (var report : reports) {
            boolean judged = report.series().stream().anyMatch(one -> one.state() != SeriesReport.State.TOO_FEW_ROWS);
            if (!judged || (last != null && !report.start().isAfter(last.start()))) {
                continue;
            }
            boolean drifted = !report.drifted().isEmpty();
            calm = drifted ? 0 : calm + 1;
            if (open && calm == CALM) {
                return Optional.of(DriftDetected.of(report, State.RESOLVED));
            }
            if (!open && drifted) {
                return Optional.of(DriftDetected.of(report, State.OPENED));
            }
        }
        return Optional.empty();
    }
}
