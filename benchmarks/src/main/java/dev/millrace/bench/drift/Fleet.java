package dev.millrace.bench.drift;

import dev.millrace.drift.stats.FalseDiscovery;
import java.util.SplittableRandom;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * The decision over many series for a month: 410 series in windows of 500 rows, all against one reference of 5,000, whose luck
 * they share. The series' z are drawn, not the rows; each is that of a test of location.
 *
 * @param level of a window
 */
public record Fleet(int series, int windows, double level) {
    private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);
    private static final double ROWS = 500;
    private static final double REFERENCE = 5000;
    /** Location's share of the false alarms of the combined test. */
    private static final double LOCATION = 0.7;
    /** Windows without drift after which an alert is over. */
    private static final int CALM = 3;
    /** Of a test of ranks to one of means, for the normal law. */
    private static final double EFFICIENCY = Math.sqrt(3 / Math.PI);

    /** False pages of a month in which nothing drifts. */
    public int pages(long seed) {
        var random = new SplittableRandom(seed);
        double[] luck = normals(random, series);
        int pages = 0;
        int calm = CALM;
        for (int window = 0; window < windows; window++) {
            boolean drifted = drifted(random, luck, 0, 0);
            pages += drifted && calm >= CALM ? 1 : 0;
            calm = drifted ? 0 : calm + 1;
        }
        return pages;
    }

    /** Windows until a shift of so many standard deviations in so many series is paged, from 1. */
    public int delay(long seed, int shifted, double shift) {
        var random = new SplittableRandom(seed);
        double[] luck = normals(random, series);
        int window = 1;
        while (!drifted(random, luck, shifted, shift)) {
            window++;
        }
        return window;
    }

    private boolean drifted(SplittableRandom random, double[] luck, int shifted, double shift) {
        double shared = ROWS / (ROWS + REFERENCE);
        double moved = EFFICIENCY * shift * Math.sqrt(ROWS * REFERENCE / (ROWS + REFERENCE));
        var z = new double[series];
        double greatest = 0;
        for (int i = 0; i < series; i++) {
            z[i] = Math.sqrt(1 - shared) * random.nextGaussian()
                    + Math.sqrt(shared) * luck[i]
                    + (i < shifted ? moved : 0);
            greatest = Math.max(greatest, Math.abs(z[i]));
        }
        // An adjusted p-value is at least the smallest p-value itself.
        if (2 * NORMAL.survivalProbability(greatest) > level) {
            return false;
        }
        var pValues = new double[series];
        for (int i = 0; i < series; i++) {
            pValues[i] = Math.min(1, 2 * NORMAL.survivalProbability(Math.abs(z[i])) / LOCATION);
        }
        for (double adjusted : FalseDiscovery.adjusted(pValues)) {
            if (adjusted <= level) {
                return true;
            }
        }
        return false;
    }

    private static double[] normals(SplittableRandom random, int count) {
        var normals = new double[count];
        for (int i = 0; i < count; i++) {
            normals[i] = random.nextGaussian();
        }
        return normals;
    }
}
