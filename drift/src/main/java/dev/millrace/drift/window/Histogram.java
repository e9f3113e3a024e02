package dev.millrace.drift.window;

import dev.millrace.drift.profile.SeriesProfile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A window beside its reference, for people: neighbouring bins of the grid joined until each holds about a twelfth of the
 * reference. A value that has as much by itself is a bin of its own, and so is what lies above all values of the reference.
 *
 * @param series its name
 * @param bins ascending, without gaps
 */
public record Histogram(String series, List<Bin> bins) {
    private static final int BINS = 12;

    public Histogram {
        bins = List.copyOf(bins);
    }

    /**
     * One bin.
     *
     * @param from exclusive; null if nothing bounds it, and the same as {@code to} if the bin is one value
     * @param to inclusive; null if nothing bounds it
     * @param reference rows of the reference
     * @param window rows of the window
     */
    public record Bin(@Nullable Double from, @Nullable Double to, long reference, long window) {}

    /** @param window rows in each bin of the profile's grid */
    static Histogram of(SeriesProfile profile, long[] window) {
        double[] edges = profile.grid().edges();
        long[] reference = profile.counts();
        long enough = Math.ceilDiv(Arrays.stream(reference).sum(), BINS);
        var joined = new ArrayList<Bin>();
        int first = 0;
        long held = 0;
        for (int bin = 0; bin < edges.length; bin++) {
            if (first < bin && isOneValue(edges, bin) && reference[bin] >= enough) {
                joined.add(join(edges, reference, window, first, bin));
                first = bin;
                held = 0;
            }
            held += reference[bin];
            if (held >= enough) {
                joined.add(join(edges, reference, window, first, bin + 1));
                first = bin + 1;
                held = 0;
            }
        }
        if (first < edges.length) {
            joined.add(join(edges, reference, window, first, edges.length));
        }
        if (reference[edges.length] + window[edges.length] > 0) {
            joined.add(join(edges, reference, window, edges.length, edges.length + 1));
        }
        joined.removeIf(bin -> bin.reference() + bin.window() == 0);
        return new Histogram(profile.name(), joined);
    }

    private static boolean isOneValue(double[] edges, int bin) {
        return bin > 0 && Math.nextUp(edges[bin - 1]) == edges[bin];
    }

    /** @param end exclusive */
    private static Bin join(double[] edges, long[] reference, long[] window, int first, int end) {
        boolean oneValue = end == first + 1 && end <= edges.length && isOneValue(edges, first);
        return new Bin(
                oneValue ? Double.valueOf(edges[first]) : first == 0 ? null : Double.valueOf(edges[first - 1]),
                end > edges.length ? null : Double.valueOf(edges[end - 1]),
                Arrays.stream(reference, first, end).sum(),
                Arrays.stream(window, first, end).sum());
    }
}
