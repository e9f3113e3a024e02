package dev.millrace.ledger.fault;

import static dev.millrace.ledger.fault.Part.COLLECTOR;
import static dev.millrace.ledger.fault.Part.FEATURE;
import static dev.millrace.ledger.fault.Part.INFERENCE;
import static dev.millrace.ledger.fault.Part.POSTPROCESSOR;

import dev.millrace.ledger.agent.ClientFault;
import dev.millrace.ledger.agent.FaultPoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/** Every fault there is, and which of them a run gets. */
public final class FaultChoice {
    /** Longer than session and transaction timeouts, which are 10 s. */
    private static final int LEAST_SLEEP_MILLIS = 12_000;

    private static final int MOST_SLEEP_MILLIS = 15_000;
    private static final Duration DECEPTION = Duration.ofSeconds(8);

    private FaultChoice() {}

    /** The kinds of faults, in order of their names. */
    public static Set<String> kinds() {
        var kinds = new TreeSet<String>();
        all(RandomGenerator.getDefault()).forEach(fault -> kinds.add(fault.kind()));
        return kinds;
    }

    /**
     * One fault of each kind first, then what else there is, then all over again; in an order from the generator.
     *
     * @param kinds the only ones to choose from; all if empty
     */
    public static List<Fault> of(int count, Set<String> kinds, RandomGenerator random) {
        var chosen = new ArrayList<Fault>();
        while (chosen.size() < count) {
            var all = all(random);
            all.removeIf(fault -> !kinds.isEmpty() && !kinds.contains(fault.kind()));
            shuffle(all, random);
            var seen = new HashSet<String>();
            var ofEach = all.stream().filter(fault -> seen.add(fault.kind())).toList();
            all.removeAll(ofEach);
            chosen.addAll(ofEach);
            chosen.addAll(all);
        }
        var cut = new ArrayList<>(chosen.subList(0, count));
        shuffle(cut, random);
        return List.copyOf(cut);
    }

    private static List<Fault> all(RandomGenerator random) {
        var all = new ArrayList<Fault>();
        for (var part : Part.values()) {
            all.add(new Fault.Kill(part));
            all.add(new Fault.Suspend(part, sleep(random)));
            if (part.isService()) {
                all.add(new Fault.Terminate(part));
            }
        }
        for (var point : FaultPoint.values()) {
            crashesAt(point).forEach(part -> all.add(new Fault.Crash(part, point)));
            sleepsAt(point).forEach(part -> all.add(new Fault.Zombie(part, point, sleep(random))));
        }
        for (var what : ClientFault.values()) {
            deceivedBy(what).forEach(part -> all.add(new Fault.Deceive(part, what, DECEPTION, random.nextLong())));
        }
        return all;
    }

    private static List<Part> crashesAt(FaultPoint point) {
        return switch (point) {
            case AFTER_SEND_BEFORE_COMMIT -> List.of(FEATURE, INFERENCE);
            case AFTER_ACK_BEFORE_ANSWER -> List.of(COLLECTOR);
            case BEFORE_TRANSACTION_COMMIT, AFTER_TRANSACTION_COMMIT -> List.of(POSTPROCESSOR);
            case BEFORE_SEND, AFTER_COMMIT, BEFORE_TRANSACTION -> List.of();
        };
    }

    private static List<Part> sleepsAt(FaultPoint point) {
        return switch (point) {
            case BEFORE_SEND, AFTER_SEND_BEFORE_COMMIT -> List.of(FEATURE, INFERENCE);
            case BEFORE_TRANSACTION, BEFORE_TRANSACTION_COMMIT -> List.of(POSTPROCESSOR);
            case AFTER_COMMIT, AFTER_ACK_BEFORE_ANSWER, AFTER_TRANSACTION_COMMIT -> List.of();
        };
    }

    private static List<Part> deceivedBy(ClientFault what) {
        return switch (what) {
            case SEND_LOST, SEND_UNACKNOWLEDGED -> List.of(COLLECTOR, FEATURE, INFERENCE);
            case COMMIT_LOST, COMMIT_UNACKNOWLEDGED -> List.of(FEATURE, INFERENCE);
            case TRANSACTION_LOST, TRANSACTION_UNACKNOWLEDGED -> List.of(POSTPROCESSOR);
        };
    }

    private static Duration sleep(RandomGenerator random) {
        return Duration.ofMillis(random.nextInt(LEAST_SLEEP_MILLIS, MOST_SLEEP_MILLIS + 1));
    }

    private static void shuffle(List<Fault> faults, RandomGenerator random) {
        for (int i = faults.size() - 1; i > 0; i--) {
            Collections.swap(faults, i, random.nextInt(i + 1));
        }
    }
}
