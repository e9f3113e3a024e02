package dev.millrace.ledger.fault;

import dev.millrace.ledger.crash.CrashPoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Which faults strike, and when.
 *
 * @param faults in the order of their time
 */
public record FaultPlan(List<Planned> faults) {
    /** Room for one fault and its recovery. */
    public static final Duration SPACING = Duration.ofSeconds(18);
    /** Before the first fault and after the last one, so that there is something to compare with. */
    public static final Duration CALM = Duration.ofSeconds(10);
    /** Longer than session and transaction timeouts, which are 10 s. */
    private static final int LEAST_SUSPENSION_MILLIS = 12_000;

    private static final int MOST_SUSPENSION_MILLIS = 15_000;

    public FaultPlan {
        faults = List.copyOf(faults);
    }

    /** A fault to come. @param at when, nanoseconds since the begin */
    public record Planned(int number, long at, Fault fault) {}

    /** How long a run with so many faults must be at least. */
    public static Duration shortest(int count) {
        return count == 0 ? Duration.ZERO : CALM.multipliedBy(2).plus(SPACING.multipliedBy(count));
    }

    /**
     * One fault of each category first, then what else there is, then all over again; in an order from the seed, each at
     * a time from the seed within its share of the run.
     *
     * @param length of the run, at least {@link #shortest}
     * @param crashes whether the services come to crash points
     */
    public static FaultPlan of(int count, Duration length, boolean crashes, RandomGenerator random) {
        if (length.compareTo(shortest(count)) < 0) {
            throw new IllegalArgumentException(
                    "length: %s (expected: at least %s for %d faults)".formatted(length, shortest(count), count));
        }
        var chosen = choose(count, crashes, random);
        shuffle(chosen, random);
        var planned = new ArrayList<Planned>();
        long share = count == 0 ? 0 : length.minus(CALM).minus(CALM).toNanos() / count;
        for (int i = 0; i < count; i++) {
            // The later part of a share is left for the recovery.
            long within = random.nextLong(Math.max(1, share - SPACING.toNanos() + 1));
            planned.add(new Planned(i + 1, CALM.toNanos() + i * share + within, chosen.get(i)));
        }
        return new FaultPlan(planned);
    }

    private static List<Fault> choose(int count, boolean crashes, RandomGenerator random) {
        var chosen = new ArrayList<Fault>();
        while (chosen.size() < count) {
            var all = all(crashes, random);
            shuffle(all, random);
            var categories = new HashSet<String>();
            var ofEach = all.stream()
                    .filter(fault -> categories.add(fault.category()))
                    .toList();
            all.removeAll(ofEach);
            chosen.addAll(ofEach);
            chosen.addAll(all);
        }
        return new ArrayList<>(chosen.subList(0, count));
    }

    private static List<Fault> all(boolean crashes, RandomGenerator random) {
        var all = new ArrayList<Fault>();
        for (var part : Part.values()) {
            all.add(new Fault.Kill(part));
            if (part.isService()) {
                all.add(new Fault.Terminate(part));
            }
            if (part != Part.BROKER) {
                int length = random.nextInt(LEAST_SUSPENSION_MILLIS, MOST_SUSPENSION_MILLIS + 1);
                all.add(new Fault.Suspend(part, Duration.ofMillis(length)));
            }
        }
        if (crashes) {
            Arrays.stream(CrashPoint.values())
                    .flatMap(point -> Fault.partsAt(point).stream().map(part -> new Fault.Crash(part, point)))
                    .forEach(all::add);
        }
        return all;
    }

    private static void shuffle(List<Fault> faults, RandomGenerator random) {
        for (int i = faults.size() - 1; i > 0; i--) {
            Collections.swap(faults, i, random.nextInt(i + 1));
        }
    }
}
