package dev.millrace.ledger.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.millrace.ledger.fault.FaultRecord;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a fault did to the uploads. Times are seconds.
 *
 * @param kind as {@code kill}; faults of one kind differ only in the part they strike
 * @param at when it struck, since the begin of the run
 * @param down how long its part was not ready, or deceived
 * @param latencyRecovered from the strike until uploads were answered as before: of those of three seconds on end, nine in
 *     ten within twice the p99 from before; null if not before the next fault
 * @param backlogRecovered from the strike until no more uploads waited than before; null if not before the next fault
 * @param before latency of the uploads of the ten seconds before that were answered before the strike
 * @param during of those that were on their way at the strike or were to be sent before the recovery
 * @param after of those from there to the next fault
 * @param exit from the signal to the end of a part that was asked to end
 * @param notice how long that was not ready before it refused a request, where it gets any
 * @param problem why it could not be done as planned, if it could not
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record FaultEffect(
        int number,
        String kind,
        String fault,
        double at,
        double down,
        @Nullable Double latencyRecovered,
        @Nullable Double backlogRecovered,
        Latency before,
        Latency during,
        Latency after,
        @Nullable Double exit,
        @Nullable Double notice,
        @Nullable String problem) {
    /** The longest that a service may take to end when it is asked to, seconds. */
    static final double LONGEST_EXIT = 20;

    private static final long SECOND = 1_000_000_000;
    private static final long WINDOW = 10 * SECOND;
    private static final int STEADY_SECONDS = 3;
    /** Fewer than this are on their way at any time. */
    private static final int FEW = 5;

    /** Whether it could be done as planned, and a part that was asked to end did so as it should. */
    boolean isOrderly() {
        return problem == null && (exit == null || exit <= LONGEST_EXIT) && (notice == null || notice > 0);
    }

    /** The earlier of the two recoveries, if there was one. */
    public @Nullable Double recovered() {
        if (latencyRecovered == null || backlogRecovered == null) {
            return latencyRecovered == null ? backlogRecovered : latencyRecovered;
        }
        return Math.min(latencyRecovered, backlogRecovered);
    }

    /** @param end when the last upload was to be sent, nanoseconds since the begin */
    public static List<FaultEffect> of(List<FaultRecord> faults, Measurements measured, long end) {
        var effects = new ArrayList<FaultEffect>();
        long calmSince = 0;
        for (int i = 0; i < faults.size(); i++) {
            long next = i + 1 < faults.size()
                    ? faults.get(i + 1).begunAt()
                    : Math.max(end, faults.get(i).readyAt());
            var effect = of(faults.get(i), calmSince, next, measured);
            effects.add(effect);
            Double recovered = effect.recovered();
            calmSince = recovered == null ? next : faults.get(i).begunAt() + (long) (recovered * SECOND);
        }
        return effects;
    }

    private static FaultEffect of(FaultRecord fault, long calmSince, long next, Measurements measured) {
        long begin = fault.begunAt();
        long from = Math.min(Math.max(calmSince, begin - WINDOW), begin - SECOND);
        var before = Latency.of(measured.untouched(from, begin));
        Double latency = latencyRecovery(begin, next, 2 * before.p99(), measured);
        Double backlog = backlogRecovery(begin, next, Math.max(FEW, measured.mostBacklog(from, begin)), measured);
        Double first = latency == null || (backlog != null && backlog < latency) ? backlog : latency;
        long recoveredAt = first == null ? next : begin + (long) (first * SECOND);
        var exit = fault.exit();
        return new FaultEffect(
                fault.number(),
                fault.fault().kind(),
                fault.fault().title(),
                seconds(begin),
                seconds(fault.readyAt() - begin),
                latency,
                backlog,
                before,
                Latency.of(measured.touched(begin, recoveredAt)),
                Latency.of(measured.latencies(recoveredAt, next)),
                exit == null ? null : seconds(exit.took()),
                exit == null || exit.notice() == null ? null : seconds(exit.notice()),
                fault.problem());
    }

    private static @Nullable Double latencyRecovery(long begin, long next, double limit, Measurements measured) {
        int steady = 0;
        for (long second = begin; second + SECOND <= next; second += SECOND) {
            steady = isSteady(measured, second, limit) ? steady + 1 : 0;
            if (steady == STEADY_SECONDS) {
                return seconds(second - (STEADY_SECONDS - 1) * SECOND - begin);
            }
        }
        return null;
    }

    /** Whether nine in ten uploads of a second were answered within a limit in milliseconds. */
    private static boolean isSteady(Measurements measured, long second, double limit) {
        var all = measured.answers().stream()
                .filter(answer -> answer.intendedAt() >= second && answer.intendedAt() < second + SECOND)
                .toList();
        long quick =
                all.stream().filter(answer -> answer.latency() <= limit * 1e6).count();
        return !all.isEmpty() && quick * 10 >= all.size() * 9L;
    }

    private static @Nullable Double backlogRecovery(long begin, long next, int level, Measurements measured) {
        Double recovered = null;
        boolean above = false;
        for (var sample : measured.backlog()) {
            if (sample.at() >= begin && sample.at() < next) {
                if (sample.uploads() > level) {
                    above = true;
                    recovered = null;
                } else if (!above) {
                    recovered = 0.0;
                } else if (recovered == null) {
                    recovered = seconds(sample.at() - begin);
                }
            }
        }
        return recovered;
    }

    private static double seconds(long nanos) {
        return Math.round(nanos / 1e6) / 1e3;
    }
}
