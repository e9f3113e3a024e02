package dev.millrace.drift.stats;

import java.util.Arrays;

/**
 * Two samples on one line, as the distinct values that occur and how often each does in either: all that tests of ranks
 * and distribution functions need. The values may as well be the upper ends of bins, whose rows then count as ties.
 * Immutable, so safe to share between threads.
 */
public final class OrderedCounts {
    private final double[] values;
    private final long[] reference;
    private final long[] current;
    private final long referenceTotal;
    private final long currentTotal;

    private OrderedCounts(double[] values, long[] reference, long[] current) {
        this.values = values;
        this.reference = reference;
        this.current = current;
        this.referenceTotal = Arrays.stream(reference).sum();
        this.currentTotal = Arrays.stream(current).sum();
    }

    /**
     * Counts of shape (K) of K bins.
     *
     * @param values of shape (K), ascending
     * @throws IllegalArgumentException if the three are not of one length
     */
    public static OrderedCounts of(double[] values, long[] reference, long[] current) {
        if (values.length != reference.length || values.length != current.length) {
            throw new IllegalArgumentException("%d values, %d and %d counts (expected: as many of each)"
                    .formatted(values.length, reference.length, current.length));
        }
        return new OrderedCounts(values.clone(), reference.clone(), current.clone());
    }

    /** Counts the values of two samples; NaN is left out, infinities are the ends of the line, -0 is 0. */
    public static OrderedCounts ofSamples(double[] reference, double[] current) {
        double[] first = sorted(reference);
        double[] second = sorted(current);
        var values = new double[first.length + second.length];
        var firstCounts = new long[values.length];
        var secondCounts = new long[values.length];
        int size = 0;
        for (int i = 0, j = 0; i < first.length || j < second.length; size++) {
            double value = j == second.length || (i < first.length && first[i] < second[j]) ? first[i] : second[j];
            values[size] = value;
            for (; i < first.length && first[i] == value; i++) {
                firstCounts[size]++;
            }
            for (; j < second.length && second[j] == value; j++) {
                secondCounts[size]++;
            }
        }
        return new OrderedCounts(
                Arrays.copyOf(values, size), Arrays.copyOf(firstCounts, size), Arrays.copyOf(secondCounts, size));
    }

    private static double[] sorted(double[] sample) {
        return Arrays.stream(sample)
                .filter(value -> !Double.isNaN(value))
                .sorted()
                .toArray();
    }

    /** Whether one of the samples has no row. */
    public boolean isEmpty() {
        return referenceTotal == 0 || currentTotal == 0;
    }

    public long referenceTotal() {
        return referenceTotal;
    }

    public long currentTotal() {
        return currentTotal;
    }

    int size() {
        return values.length;
    }

    double value(int index) {
        return values[index];
    }

    long reference(int index) {
        return reference[index];
    }

    long current(int index) {
        return current[index];
    }
}
