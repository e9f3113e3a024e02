package dev.millrace.drift.profile;

import java.util.Arrays;

/**
 * A partition of the line by the quantiles of a reference. With e₀ &lt; e₁ &lt; … its edges, bin b holds the values above
 * e(b−1) and at most e(b), and the last bin those above all edges. Rows are counted on it in whole numbers, so that windows
 * merge exactly and in any order.
 *
 * <p>A value that more than one in 1,024 rows of the reference has is a bin of its own; all other bins hold at most one row in
 * 2,048, so a Kolmogorov–Smirnov distance on the grid is less than 0.1 percentage points off. A grid has at most 4,096 edges:
 * 64 KiB with its counts. Immutable, so safe to share between threads.
 */
public final class Grid {
    private static final int QUANTILES = 2048;

    private final double[] edges;

    private Grid(double[] edges) {
        this.edges = edges;
    }

    /**
     * Makes a grid of a sample.
     *
     * @throws IllegalArgumentException if no value of the sample is finite
     */
    public static Grid of(double[] sample) {
        double[] sorted =
                Arrays.stream(sample).filter(Double::isFinite).sorted().toArray();
        if (sorted.length == 0) {
            throw new IllegalArgumentException("sample: no finite value (expected: one or more)");
        }
        var edges = new double[2 * QUANTILES];
        int size = 0;
        int taken = 0;
        for (int start = 0, end; start < sorted.length; start = end) {
            end = start + 1;
            while (end < sorted.length && sorted[end] == sorted[start]) {
                end++;
            }
            boolean atom = (long) (end - start) * QUANTILES > 2L * sorted.length;
            if (atom && (size == 0 || edges[size - 1] < Math.nextDown(sorted[start]))) {
                edges[size++] = Math.nextDown(sorted[start]);
                taken = start;
            }
            boolean full = (long) (following(sorted, end) - taken) * QUANTILES > sorted.length;
            if (atom || full || end == sorted.length) {
                edges[size++] = sorted[start];
                taken = end;
            }
        }
        return new Grid(Arrays.copyOf(edges, size));
    }

    /** Where the rows after {@code end} with the same next value stop. */
    private static int following(double[] sorted, int end) {
        int next = end;
        while (next < sorted.length && sorted[next] == sorted[end]) {
            next++;
        }
        return next;
    }

    /**
     * A grid with these edges.
     *
     * @throws IllegalArgumentException if they are not finite and ascending, one or more
     */
    public static Grid ofEdges(double[] edges) {
        for (int i = 0; i < edges.length; i++) {
            if (!Double.isFinite(edges[i]) || (i > 0 && edges[i] <= edges[i - 1])) {
                throw new IllegalArgumentException(
                        "edges[%d]: %s (expected: finite, above the one before)".formatted(i, edges[i]));
            }
        }
        if (edges.length == 0 || edges.length > 2 * QUANTILES) {
            throw new IllegalArgumentException("edges: %d (expected: 1 to %d)".formatted(edges.length, 2 * QUANTILES));
        }
        return new Grid(edges.clone());
    }

    /** How many bins there are, 2 or more. */
    public int size() {
        return edges.length + 1;
    }

    /** The bin of a value that is not NaN, from 0; infinities fall into the outer bins. */
    public int indexOf(double value) {
        int found = Arrays.binarySearch(edges, value + 0.0);
        return found >= 0 ? found : -found - 1;
    }

    /** The edges, one less than bins. */
    public double[] edges() {
        return edges.clone();
    }

    /** Counts a sample, NaN left out: of shape (bins). */
    public long[] count(double[] sample) {
        var counts = new long[size()];
        for (double value : sample) {
            if (!Double.isNaN(value)) {
                counts[indexOf(value)]++;
            }
        }
        return counts;
    }

    /** A value of each bin, ascending: its upper edge, and for the last bin the value after the last edge. */
    public double[] values() {
        double[] values = Arrays.copyOf(edges, size());
        values[edges.length] = Math.nextUp(edges[edges.length - 1]);
        return values;
    }
}
