package dev.millrace.stage;

import dev.millrace.stage.SimulationWalk.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Many walks, of consecutive seeds, on as many threads as there are processors. */
final class SimulationRun {
    private static final int THREADS = Runtime.getRuntime().availableProcessors();

    private final SimulationMutation mutation;
    private final Map<String, Long> events = new TreeMap<>();
    private final Map<SimulationViolation, Integer> violations = new EnumMap<>(SimulationViolation.class);
    private final Set<Long> distinct = new HashSet<>();
    private @Nullable Long firstCaught;
    private long results;
    private long fingerprint;

    private SimulationRun(SimulationMutation mutation) {
        this.mutation = mutation;
    }

    /** @param seed of the first walk; the next has the next */
    static SimulationRun of(SimulationMutation mutation, long seed, int walks) throws InterruptedException {
        var run = new SimulationRun(mutation);
        var threads = new ArrayList<Thread>();
        for (int part = 0; part < THREADS; part++) {
            int first = part;
            threads.add(Thread.ofVirtual().start(() -> run.walk(seed, first, walks)));
        }
        for (var thread : threads) {
            thread.join();
        }
        return run;
    }

    private void walk(long seed, int first, int walks) {
        var bench = new SimulationBench();
        for (int walk = first; walk < walks; walk += THREADS) {
            var choices = SimulationChoices.ofSeed(seed + walk);
            add(seed + walk, new SimulationWalk(mutation, choices, bench, false).run());
        }
        synchronized (this) {
            bench.addTo(events);
        }
    }

    private synchronized void add(long seed, Outcome outcome) {
        results += outcome.results();
        distinct.add(outcome.hash());
        fingerprint += outcome.hash() * (2 * seed + 1);
        if (outcome.violation() != null) {
            violations.merge(outcome.violation(), 1, Integer::sum);
            firstCaught = firstCaught == null ? seed : Math.min(firstCaught, seed);
        }
    }

    int caught() {
        return violations.values().stream().mapToInt(Integer::intValue).sum();
    }

    Map<SimulationViolation, Integer> violations() {
        return violations;
    }

    /** Smallest seed of a walk that was caught; null if none was. */
    @Nullable
    Long firstCaught() {
        return firstCaught;
    }

    /** How often what happened. */
    Map<String, Long> events() {
        return events;
    }

    long results() {
        return results;
    }

    int distinctWalks() {
        return distinct.size();
    }

    /** The same for the same walks, however they were spread over threads. */
    long fingerprint() {
        return fingerprint;
    }

    /** Walks one walk again, with a trace. */
    static Outcome replay(SimulationMutation mutation, long seed) throws InterruptedException {
        return replay(mutation, SimulationChoices.ofSeed(seed), new SimulationBench());
    }

    private static Outcome replay(SimulationMutation mutation, SimulationChoices choices, SimulationBench bench)
            throws InterruptedException {
        var outcomes = new ArrayList<Outcome>();
        Thread.ofVirtual()
                .start(() -> outcomes.add(new SimulationWalk(mutation, choices, bench, true).run()))
                .join();
        return outcomes.getFirst();
    }

    /** The violation of a walk again, in as short a trace as can be found by taming or leaving out choices. */
    static Outcome shrink(SimulationMutation mutation, long seed) throws InterruptedException {
        var bench = new SimulationBench();
        var best = replay(mutation, SimulationChoices.ofSeed(seed), bench);
        for (int length = best.choices().length; length > 0; length /= 2) {
            for (int from = 0; from < best.choices().length; from += length) {
                int[] tamed = best.choices().clone();
                Arrays.fill(tamed, from, Math.min(from + length, tamed.length), 0);
                int[] shorter = IntStream.concat(
                                Arrays.stream(best.choices(), 0, from),
                                Arrays.stream(best.choices()).skip((long) from + length))
                        .toArray();
                for (int[] choices : List.of(tamed, shorter)) {
                    var outcome = replay(mutation, SimulationChoices.replaying(choices), bench);
                    if (outcome.violation() == best.violation()
                            && outcome.trace().size() <= best.trace().size()) {
                        best = outcome;
                    }
                }
            }
        }
        return best;
    }

    /** What went wrong in a walk, step by step, and how to see it again. */
    static String explain(SimulationMutation mutation, long seed) throws InterruptedException {
        var shrunk = shrink(mutation, seed);
        var lines = new ArrayList<>(List.of("%s, seed %d: %s".formatted(mutation.label, seed, shrunk.violation())));
        lines.addAll(shrunk.trace());
        lines.add("again: mvn -pl common -am -Dsurefire.failIfNoSpecifiedTests=false"
                + " -Dtest=ProtocolSimulationTests#publishesEveryUploadOnceInEachWalk"
                + " -Dmillrace.simulation.seed=%d -Dmillrace.simulation.walks=1 test".formatted(seed));
        return String.join("\n", lines);
    }
}
