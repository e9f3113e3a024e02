package dev.millrace.monitoring.drift;

import dev.millrace.drift.window.DriftReport;
import dev.millrace.drift.window.Fault;
import dev.millrace.drift.window.FaultReport;
import dev.millrace.monitoring.drift.DriftDetected.State;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An alert: something is wrong with the data itself, or is right again. One is open at a time for each model version, beside
 * one of drift.
 *
 * @param id the same however often it is sent
 * @param kind {@value #KIND}, which tells it from one of drift
 * @param model whose uploads it is about, as in {@code spam/2}
 * @param start of the window that decided it, in event time
 * @param end exclusive
 * @param rows uploads in that window
 * @param faults of that window, and those of the windows before it that the alert is open for
 */
public record FaultsDetected(
        String id,
        String kind,
        State state,
        String model,
        Instant start,
        Instant end,
        long rows,
        List<FaultReport> faults) {
    public static final String KIND = "DATA";

    @SuppressWarnings("ConstantValue") // JSON may leave out what the record's type says is there.
    public FaultsDetected {
        if (id == null || state == null || model == null || start == null || end == null || faults == null) {
            throw new IllegalArgumentException("alert: incomplete (expected: id, state, model, start, end and faults)");
        }
        faults = List.copyOf(faults);
    }

    static FaultsDetected of(DriftReport report, State state) {
        return new FaultsDetected(
                "%s/%s/%s/%s".formatted(report.model(), KIND, report.start(), state),
                KIND,
                state,
                report.model(),
                report.start(),
                report.end(),
                report.rows(),
                report.faults());
    }

    boolean lacksOneOf(List<FaultReport> others) {
        return !kinds(faults).containsAll(kinds(others));
    }

    /** The alert of a window in which there are more faults than this one names. */
    FaultsDetected and(DriftReport report) {
        var now = kinds(report.faults());
        var all = Stream.concat(report.faults().stream(), faults.stream().filter(fault -> !now.contains(fault.fault())))
                .toList();
        var opened = of(report, State.OPENED);
        return new FaultsDetected(
                opened.id(), KIND, State.OPENED, model, opened.start(), opened.end(), opened.rows(), all);
    }

    private static Set<Fault> kinds(List<FaultReport> faults) {
        return faults.stream().map(FaultReport::fault).collect(Collectors.toSet());
    }
}
