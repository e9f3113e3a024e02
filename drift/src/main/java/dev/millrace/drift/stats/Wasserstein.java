package dev.millrace.drift.stats;

import java.util.random.RandomGenerator;

/** The Wasserstein distance W1: how far the rows of one sample must move, on average, to become the other. */
public final class Wasserstein {
    private Wasserstein() {}

    /**
     * The distance, in the unit of the values. NaN if a sample is empty; infinite if an infinity has not the same share in
     * both samples.
     */
    public static double distance(OrderedCounts counts) {
        if (counts.isEmpty()) {
            return Double.NaN;
        }
        double n = counts.referenceTotal();
        double m = counts.currentTotal();
        double sum = 0;
        long reference = 0;
        long current = 0;
        for (int i = 0; i + 1 < counts.size(); i++) {
            reference += counts.reference(i);
            current += counts.current(i);
            double apart = Math.abs(reference / n - current / m);
            if (apart > 0) {
                sum += apart * (counts.value(i + 1) - counts.value(i));
            }
        }
        return sum;
    }

    /**
     * Tests the distance against what it is after the rows were dealt out anew at random, at most {@code most} times. It
     * stops once ten were as far apart as the samples are, since the p-value is large then (J. Besag, P. Clifford:
     * Sequential Monte Carlo p-values, Biometrika 78(2), 1991); the p-value is valid whenever it stops.
     *
     * @return the distance, and a p-value of 1 / ({@code most} + 1) or more
     */
    public static TestResult test(OrderedCounts counts, int most, RandomGenerator random) {
        if (counts.isEmpty()) {
            return TestResult.UNDECIDED;
        }
        double distance = distance(counts);
        var pool = new Pool(counts);
        double pValue = SequentialPValue.of(distance, most, () -> distance(pool.deal(random)));
        return new TestResult(distance, pValue);
    }

    /** All rows, to deal out. */
    private static final class Pool {
        private final OrderedCounts counts;
        private final int[] rows;

        Pool(OrderedCounts counts) {
            this.counts = counts;
            this.rows = new int[Math.toIntExact(counts.referenceTotal() + counts.currentTotal())];
            int next = 0;
            for (int i = 0; i < counts.size(); i++) {
                for (long k = counts.reference(i) + counts.current(i); k > 0; k--) {
                    rows[next++] = i;
                }
            }
        }

        OrderedCounts deal(RandomGenerator random) {
            var reference = new long[counts.size()];
            var current = new long[counts.size()];
            var values = new double[counts.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = counts.value(i);
                reference[i] = counts.reference(i) + counts.current(i);
            }
            for (int i = 0; i < counts.currentTotal(); i++) {
                int chosen = i + random.nextInt(rows.length - i);
                int row = rows[chosen];
                rows[chosen] = rows[i];
                rows[i] = row;
                current[row]++;
                reference[row]--;
            }
            return OrderedCounts.of(values, reference, current);
        }
    }
}
