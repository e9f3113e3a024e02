package dev.millrace.drift.quality;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Expected calibration error: how far the mean score of a bin lies from the share that is positive there, the mean over all rows.
 * There are ten bins of as many rows each; rows of one score all go to the bin of their middle row, so no order of ties makes a
 * difference, and bins may be missing.
 *
 * <p>Chance makes the figure too large: it is above 0 for the best of models, by some 0.8 standard deviations in each bin. A
 * bootstrap repeats that and never reaches the truth, so the interval is made of two bounds. Let D be the differences of the bins'
 * sums, D = δ + e, with δ the true ones and e normal with deviations σ. As ‖D‖₁ ≤ ‖δ‖₁ + ‖e‖₁, the low end is ‖D‖₁ less what ‖e‖₁
 * passes once in 40, with mean √(2/π) Σσ and variance (1 − 2/π) Σσ². As ‖D‖₁ ≥ Σ ±D with the signs of δ, which is normal about
 * ‖δ‖₁, the high end is ‖D‖₁ + 1.96 √Σσ². So a low end of 0 says that the scores may mean what they say. It covers 95 % or more:
 * where scores are off, the low end is lower than it would have to be.
 *
 * <p>σ is the binomial's, with two hits and two misses more, by A. Agresti and B. A. Coull, The American Statistician 52, 1998, so
 * that bins without a mistake do not count as certain; probabilities that differ within a bin have less (W. Hoeffding, 1956).
 */
final class CalibrationError {
    private static final int BINS = 10;
    private static final double MEAN = Math.sqrt(2 / Math.PI);
    private static final double VARIANCE = 1 - 2 / Math.PI;

    private final double[] off = new double[BINS];
    private final int[] positive = new int[BINS];
    private final int[] rows = new int[BINS];

    private CalibrationError() {}

    /** @param sorted by score; null of nothing */
    static @Nullable Interval of(List<Labelled> sorted) {
        if (sorted.isEmpty()) {
            return null;
        }
        var bins = new CalibrationError();
        int from = 0;
        while (from < sorted.size()) {
            int to = from + 1;
            while (to < sorted.size()
                    && sorted.get(to).score() == sorted.get(from).score()) {
                to++;
            }
            int bin = (int) ((long) BINS * (from + to) / (2L * sorted.size()));
            for (var row : sorted.subList(from, to)) {
                bins.add(bin, row);
            }
            from = to;
        }
        return bins.interval(sorted.size());
    }

    private void add(int bin, Labelled row) {
        off[bin] += row.score() - (row.positive() ? 1 : 0);
        positive[bin] += row.positive() ? 1 : 0;
        rows[bin]++;
    }

    private Interval interval(int all) {
        double error = 0;
        double deviations = 0;
        double variances = 0;
        for (int bin = 0; bin < BINS; bin++) {
            if (rows[bin] > 0) {
                double share = (positive[bin] + Interval.Z * Interval.Z / 2) / (rows[bin] + Interval.Z * Interval.Z);
                double variance = rows[bin] * share * (1 - share);
                error += Math.abs(off[bin]);
                deviations += Math.sqrt(variance);
                variances += variance;
            }
        }
        double chance = MEAN * deviations + Interval.Z * Math.sqrt(VARIANCE * variances);
        return new Interval(
                error / all,
                Math.max(0, error - chance) / all,
                Math.min(1, (error + Interval.Z * Math.sqrt(variances)) / all));
    }
}
