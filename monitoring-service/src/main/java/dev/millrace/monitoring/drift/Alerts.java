package dev.millrace.monitoring.drift;

import dev.millrace.drift.window.DriftReport;
import dev.millrace.drift.window.SeriesReport;
import dev.millrace.monitoring.drift.DriftDetected.State;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which alert follows. It depends on the alert sent last and on the windows after it alone, so whichever replica sends alerts
 * goes on where the one before it stopped.
 */
final class Alerts {
    /** Judged windows in a row without what it was about, after which an alert is over. */
    private static final int CALM = 3;

    private Alerts() {}

    /**
     * The next alert of drift of a model version.
     *
     * @param last sent, or null
     * @param reports of the version, oldest first
     */
    static Optional<DriftDetected> next(@Nullable DriftDetected last, List<DriftReport> reports) {
        var from = last == null ? null : new Turn(last.state(), last.start());
        return turn(from, reports, report -> !report.drifted().isEmpty())
                .map(turn -> DriftDetected.of(turn.report(), turn.state()));
    }

    /** The same of faults of its data. A fault that an open alert does not name yet makes another alert, of all of them. */
    static Optional<FaultsDetected> nextOfFaults(@Nullable FaultsDetected last, List<DriftReport> reports) {
        var from = last == null ? null : new Turn(last.state(), last.start());
        var next = turn(from, reports, report -> !report.faults().isEmpty())
                .map(turn -> FaultsDetected.of(turn.report(), turn.state()));
        return last == null || last.state() != State.OPENED
                ? next
                : reports.stream()
                        .filter(report -> report.start().isAfter(last.start()) && last.lacksOneOf(report.faults()))
                        .filter(report -> next.isEmpty()
                                || report.start().isBefore(next.get().start()))
                        .findFirst()
                        .map(report -> last.and(report))
                        .or(() -> next);
    }

    /** Where alerts stand. */
    private record Turn(State state, Instant start) {}

    private record NextTurn(State state, DriftReport report) {}

    private static Optional<NextTurn> turn(@Nullable Turn last, List<DriftReport> reports, Predicate<DriftReport> bad) {
        boolean open = last != null && last.state() == State.OPENED;
        int calm = 0;
        for (var report : reports) {
            boolean isBad = bad.test(report);
            boolean judged =
                    isBad || report.series().stream().anyMatch(one -> one.state() != SeriesReport.State.TOO_FEW_ROWS);
            if (!judged || (last != null && !report.start().isAfter(last.start()))) {
                continue;
            }
            calm = isBad ? 0 : calm + 1;
            if (open && calm == CALM) {
                return Optional.of(new NextTurn(State.RESOLVED, report));
            }
            if (!open && isBad) {
                return Optional.of(new NextTurn(State.OPENED, report));
            }
        }
        return Optional.empty();
    }
}
