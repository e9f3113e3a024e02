package dev.millrace.drift.window;

import java.util.Arrays;

/** How many more rows of a window than of the reference lie about a bin, smoothed over its neighbours. */
final class Surplus {
    /** Share of the reference that is looked at on either side. */
    private static final int NEIGHBOURHOOD = 40;

    private final double[] surplus;

    private Surplus(double[] surplus) {
        this.surplus = surplus;
    }

    static Surplus of(long[] reference, long[] current) {
        long[] below = sums(reference);
        long[] seen = sums(current);
        int bins = reference.length;
        double rows = below[bins];
        double total = seen[bins];
        var surplus = new double[bins];
        int first = 0;
        int last = 0;
        for (int bin = 0; bin < bins; bin++) {
            while (below[bin] - below[first] > rows / NEIGHBOURHOOD) {
                first++;
            }
            last = Math.max(last, bin + 1);
            while (last < bins && below[last] - below[bin + 1] < rows / NEIGHBOURHOOD) {
                last++;
            }
            double expected = (below[last] - below[first] + 0.5) / rows;
            surplus[bin] = (seen[last] - seen[first] + 0.5) / total / expected;
        }
        return new Surplus(surplus);
    }

    double of(int bin) {
        return surplus[bin];
    }

    private static long[] sums(long[] counts) {
        var sums = new long[counts.length + 1];
        System.arraycopy(counts, 0, sums, 1, counts.length);
        Arrays.parallelPrefix(sums, Long::sum);
        return sums;
    }
}
