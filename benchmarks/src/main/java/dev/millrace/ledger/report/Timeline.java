package dev.millrace.ledger.report;

import dev.millrace.ledger.report.LedgerReport.Second;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/** Measurements second by second. */
public final class Timeline {
    private static final long SECOND = 1_000_000_000;

    private Timeline() {}

    /** @param end when the last upload was to be sent, nanoseconds since the begin */
    public static List<Second> of(Measurements measured, long end) {
        return LongStream.rangeClosed(0, end / SECOND)
                .mapToObj(second -> new Second(
                        (int) second,
                        Latency.of(measured.latencies(second * SECOND, (second + 1) * SECOND)),
                        measured.mostBacklog(second * SECOND, (second + 1) * SECOND)))
                .toList();
    }

    /** Latency of the uploads before the first fault and, after each fault, from the recovery to the next. */
    public static Latency calm(Measurements measured, List<FaultEffect> faults, long end) {
        double first = faults.isEmpty() ? end / 1e9 : faults.getFirst().at();
        var calm = new ArrayList<>(measured.latencies(0, (long) (first * SECOND)));
        for (int i = 0; i < faults.size(); i++) {
            Double recovered = faults.get(i).recovered();
            if (recovered != null) {
                double next = i + 1 < faults.size() ? faults.get(i + 1).at() : end / 1e9;
                calm.addAll(
                        measured.latencies((long) ((faults.get(i).at() + recovered) * SECOND), (long) (next * SECOND)));
            }
        }
        return Latency.of(calm);
    }
}
