package dev.millrace.ledger.fault;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Which faults strike, and when.
 *
 * @param faults in the order of their time
 */
public record FaultPlan(List<Planned> faults) {
    /** Before the first fault and after the last one, so that there is something to compare with. */
    public static final Duration CALM = Duration.ofSeconds(10);

    public FaultPlan {
        faults = List.copyOf(faults);
    }

    /** A fault to come. @param at when, nanoseconds since the begin */
    public record Planned(int number, long at, Fault fault) {}

    /** How long a run with these faults must be at least. */
    public static Duration shortest(List<Fault> faults) {
        return faults.isEmpty() ? Duration.ZERO : CALM.multipliedBy(2).plus(room(faults));
    }

    private static Duration room(List<Fault> faults) {
        return faults.stream().map(Fault::room).reduce(Duration.ZERO, Duration::plus);
    }

    /**
     * Each fault at a time from the generator within its share of the run.
     *
     * @param length of the run, at least {@link #shortest}
     */
    public static FaultPlan of(List<Fault> faults, Duration length, RandomGenerator random) {
        var slack = length.minus(shortest(faults));
        if (slack.isNegative()) {
            throw new IllegalArgumentException("length: %s (expected: at least %s for %d faults)"
                    .formatted(length, shortest(faults), faults.size()));
        }
        var planned = new ArrayList<Planned>();
        long share = faults.isEmpty() ? 0 : slack.toNanos() / faults.size();
        long from = CALM.toNanos();
        for (var fault : faults) {
            planned.add(new Planned(planned.size() + 1, from + random.nextLong(share + 1), fault));
            // The later part of a share is left for the recovery.
            from += share + fault.room().toNanos();
        }
        return new FaultPlan(planned);
    }

    /** Room for a fault of the plan and those after it. @param number of the fault, from 1 */
    Duration roomFrom(int number) {
        return room(faults.stream().skip(number - 1).map(Planned::fault).toList());
    }
}
