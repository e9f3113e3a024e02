package dev.millrace.drift.quality;

import org.jspecify.annotations.Nullable;

/**
 * A figure and where it may truly lie, at 95 % confidence.
 *
 * @param low at most {@code value}
 * @param high at least {@code value}
 */
public record Interval(double value, double low, double high) {
    static final double Z = 1.959963984540054;
    /** To the last bit. */
    private static final int HALVINGS = 60;

    /**
     * A share of counted things, by E. B. Wilson: Probable inference, Journal of the American Statistical Association 22, 1927.
     *
     * @param hits 0 to {@code of}
     * @return null of nothing
     */
    static @Nullable Interval ofShare(long hits, long of) {
        return of == 0 ? null : ofMean((double) hits / of, of);
    }

    /**
     * The mean of values from 0 to 1, as if each were 0 or 1: none of that mean vary more, so it may be wider than it has to be.
     *
     * @param of values, 1 or more
     */
    static Interval ofMean(double mean, long of) {
        double spread = Z * Z / of;
        double middle = (mean + spread / 2) / (1 + spread);
        double half = Z / (1 + spread) * Math.sqrt(mean * (1 - mean) / of + spread / (4 * of));
        return new Interval(
                mean, mean == 0 ? 0 : Math.max(0, middle - half), mean == 1 ? 1 : Math.min(1, middle + half));
    }

    /**
     * The area under a ROC curve, by R. G. Newcombe: Confidence intervals for an effect size measure based on the Mann–Whitney
     * statistic, Part 2, Statistics in Medicine 25, 2006, method 5: the areas θ with (area − θ)² ≤ z² V(θ), with the variance of J.
     * A. Hanley and B. J. McNeil (Radiology 143, 1982) for (m + n) / 2 rows of each label. Unlike a variance that is estimated it
     * is not 0 where labels are told apart without a mistake.
     *
     * @param m positive rows, 1 or more
     * @param n negative rows, 1 or more
     */
    static Interval ofArea(double area, int m, int n) {
        return new Interval(area, end(area, 0, m, n), end(area, 1, m, n));
    }

    /** The area between {@code area} and {@code bound} that is furthest from it and not ruled out. */
    private static double end(double area, double bound, int m, int n) {
        double more = (m + n) / 2.0 - 1;
        double in = area;
        double out = bound;
        for (int i = 0; i < HALVINGS; i++) {
            double t = (in + out) / 2;
            double variance = t * (1 - t) * (1 + more * (1 - t) / (2 - t) + more * t / (1 + t)) / m / n;
            if ((area - t) * (area - t) <= Z * Z * variance) {
                in = t;
            } else {
                out = t;
            }
        }
        return in;
    }

    /** A figure between 0 and 1 of this standard error. */
    static Interval ofShare(double value, double standardError) {
        return new Interval(value, Math.max(0, value - Z * standardError), Math.min(1, value + Z * standardError));
    }
}
