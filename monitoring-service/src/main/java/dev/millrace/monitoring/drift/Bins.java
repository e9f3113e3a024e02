package dev.millrace.monitoring.drift;

import java.util.ArrayList;
import java.util.Arrays;

/**
 * A partition of the line into intervals that held about equally many rows in training. B bins have B−1 inner edges; bin
 * b holds the values above edge b−1 and at most edge b. Values that are very frequent get bins of their own weight: an
 * edge that would leave a bin too light for a chi-square law is left out.
 */
final class Bins {
    private static final int WANTED = 10;
    /** Lightest bin, as a share of the reference. */
    private static final double LIGHTEST = 0.025;

    private final double[] edges;
    private final long[] counts;

    private Bins(double[] edges, long[] counts) {
        this.edges = edges;
        this.counts = counts;
    }

    static Bins of(Reference reference) {
        var edges = new ArrayList<Double>();
        var ranks = new ArrayList<Long>();
        long lightest = (long) Math.ceil(LIGHTEST * reference.count());
        long below = 0;
        int steps = reference.quantiles().size() - 1;
        int last = -1;
        for (int decile = 1; decile < WANTED; decile++) {
            int i = steps * decile / WANTED;
            long rank = reference.ranks().get(i);
            if (i != last && rank - below >= lightest && reference.count() - rank >= lightest) {
                edges.add(reference.quantiles().get(i));
                ranks.add(rank);
                below = rank;
            }
            last = i;
        }
        if (edges.isEmpty()) {
            // One value all over: below it, it, above it.
            double value = reference.quantiles().get(steps / 2);
            return new Bins(new double[] {Math.nextDown(value), value}, new long[] {0, reference.count(), 0});
        }
        var counts = new long[edges.size() + 1];
        for (int bin = 0; bin < counts.length; bin++) {
            long upper = bin < ranks.size() ? ranks.get(bin) : reference.count();
            counts[bin] = upper - (bin == 0 ? 0 : ranks.get(bin - 1));
        }
        return new Bins(edges.stream().mapToDouble(Double::doubleValue).toArray(), counts);
    }

    /** How many there are, 2 or more. */
    int size() {
        return counts.length;
    }

    /** The bin of a value that is not NaN, from 0. */
    int indexOf(double value) {
        int found = Arrays.binarySearch(edges, value);
        return found >= 0 ? found : -found - 1;
    }

    /** Rows of the reference in each bin, shape (B). */
    long[] referenceCounts() {
        return counts.clone();
    }
}
