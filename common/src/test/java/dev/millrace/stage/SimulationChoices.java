package dev.millrace.stage;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Where a walk's decisions come from: a seed, or the decisions of an earlier walk. The choice 0 is always the harmless
 * one, so a failing walk shrinks by putting zeros in place of its choices.
 */
final class SimulationChoices {
    private final SplittableRandom random;
    private final int @Nullable [] replayed;
    private int[] taken = new int[512];
    private int size;
    private long hash = 17;

    private SimulationChoices(long seed, int @Nullable [] replayed) {
        this.random = new SplittableRandom(seed);
        this.replayed = replayed;
    }

    static SimulationChoices ofSeed(long seed) {
        return new SimulationChoices(seed, null);
    }

    /** Chooses again what was taken, and 0 once that is used up. */
    static SimulationChoices replaying(int[] taken) {
        return new SimulationChoices(0, taken);
    }

    /** From 0 to {@code bound − 1}. */
    int of(int bound) {
        int choice;
        if (replayed == null) {
            choice = random.nextInt(bound);
        } else {
            choice = size < replayed.length ? Math.min(replayed[size], bound - 1) : 0;
        }
        if (size == taken.length) {
            taken = Arrays.copyOf(taken, 2 * size);
        }
        taken[size++] = choice;
        hash = 31 * (31 * hash + bound) + choice;
        return choice;
    }

    boolean oneIn(int n) {
        return of(n) == n - 1;
    }

    int[] taken() {
        return Arrays.copyOf(taken, size);
    }

    /** Tells walks apart: of all choices so far and what there was to choose from. */
    long hash() {
        return hash;
    }
}
