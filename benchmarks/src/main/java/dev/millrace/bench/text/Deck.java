package dev.millrace.bench.text;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Draws at random, but none again before three in four of the others came. Not safe to share between threads.
 */
public final class Deck<T> {
    private static final int PARTS = 4;

    private final RandomGenerator random;
    /** Those that were drawn last come last. */
    private final ArrayDeque<T> rest;

    private final ArrayList<T> next;

    /** @param all four or more */
    public Deck(List<T> all, RandomGenerator random) {
        if (all.size() < PARTS) {
            throw new IllegalArgumentException("all: %d (expected: %d or more)".formatted(all.size(), PARTS));
        }
        this.random = random;
        var shuffled = new ArrayList<>(all);
        Collections.shuffle(shuffled, random);
        int part = shuffled.size() / PARTS;
        next = new ArrayList<>(shuffled.subList(0, part));
        rest = new ArrayDeque<>(shuffled.subList(part, shuffled.size()));
    }

    /** How many there are. */
    public int size() {
        return next.size() + rest.size();
    }

    public T draw() {
        int at = random.nextInt(next.size());
        T drawn = next.set(at, rest.removeFirst());
        rest.addLast(drawn);
        return drawn;
    }
}
