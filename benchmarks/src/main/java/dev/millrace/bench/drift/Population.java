package dev.millrace.bench.drift;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;

/** Embedded texts of one kind, and what may happen to them. Implementations are safe to share between threads. */
interface Population {
    /** What all of it is, as {@code mails}. */
    String title();

    /** Sizes of the reference that it is large enough for, ascending. */
    List<Integer> references();

    List<Change> changes();

    /** A reference, and windows that have no text in common with it. */
    Draw draw(SplittableRandom random);

    /**
     * Something that happens to texts.
     *
     * @param real whether embeddings are spread otherwise afterwards; if not, a detector that finds it raises a false alarm
     * @param hopedFrom rows from which it should be found nine times in ten, 0 if nothing is hoped for
     */
    record Change(String title, boolean real, int hopedFrom) {}

    /** A reference of the greatest size, in random order, so that the first rows are one of a smaller size. */
    interface Draw {
        float[][] reference();

        /** Rows after a change, in random order. */
        float[][] window(Change change, int rows);
    }

    /** So many of a list, without replacement. */
    static <T> List<T> some(List<T> from, int count, SplittableRandom random) {
        if (count > from.size()) {
            throw new IllegalArgumentException(
                    "%d of %d texts (expected: as many at least)".formatted(count, from.size()));
        }
        var all = new ArrayList<>(from);
        for (int i = 0; i < count; i++) {
            Collections.swap(all, i, i + random.nextInt(all.size() - i));
        }
        return List.copyOf(all.subList(0, count));
    }

    /** The rows of both, shuffled. */
    static float[][] mixed(List<float[]> usual, List<float[]> others, SplittableRandom random) {
        var all = new ArrayList<>(usual);
        all.addAll(others);
        return some(all, all.size(), random).toArray(float[][]::new);
    }

    /** The first so many rows. */
    static float[][] first(float[][] rows, int count) {
        return Arrays.copyOf(rows, count);
    }
}
