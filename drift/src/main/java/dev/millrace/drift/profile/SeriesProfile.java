package dev.millrace.drift.profile;

import java.util.Arrays;

/**
 * How one series of numbers was spread in the reference. Immutable, so safe to share between threads.
 */
public final class SeriesProfile {
    private final String name;
    private final Grid grid;
    private final long[] counts;
    private final long rows;

    /**
     * @param name an engineered feature's, or {@code text_length}, {@code token_count}, {@code score} …
     * @param counts rows in each bin of the grid, 1 or more in all
     * @throws IllegalArgumentException if the counts are not those of a grid
     */
    public SeriesProfile(String name, Grid grid, long[] counts) {
        if (counts.length != grid.size()) {
            throw new IllegalArgumentException(
                    "%s.counts: %d (expected: %d, one more than edges)".formatted(name, counts.length, grid.size()));
        }
        if (Arrays.stream(counts).anyMatch(count -> count < 0)
                || Arrays.stream(counts).sum() < 1) {
            throw new IllegalArgumentException(
                    "%s.counts: (expected: 0 or more each, 1 or more in all)".formatted(name));
        }
        this.name = name;
        this.grid = grid;
        this.counts = counts.clone();
        this.rows = Arrays.stream(counts).sum();
    }

    /** Of a sample; values that are not finite are left out. */
    public static SeriesProfile of(String name, double[] sample) {
        var grid = Grid.of(sample);
        double[] finite = Arrays.stream(sample).filter(Double::isFinite).toArray();
        return new SeriesProfile(name, grid, grid.count(finite));
    }

    public String name() {
        return name;
    }

    public Grid grid() {
        return grid;
    }

    /** Rows in each bin. */
    public long[] counts() {
        return counts.clone();
    }

    /** Rows in all. */
    public long rows() {
        return rows;
    }
}
