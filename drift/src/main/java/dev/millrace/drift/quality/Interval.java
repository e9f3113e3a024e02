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

    /**
     * A share of counted things, by E. B. Wilson: Probable inference, Journal of the American Statistical Association 22, 1927.
     *
     * @param hits 0 to {@code of}
     * @return null of nothing
     */
    static @Nullable Interval ofShare(long hits, long of) {
        if (of == 0) {
            return null;
        }
        double share = (double) hits / of;
        double spread = Z * Z / of;
        double middle = (share + spread / 2) / (1 + spread);
        double half = Z / (1 + spread) * Math.sqrt(share * (1 - share) / of + spread / (4 * of));
        return new Interval(
                share, hits == 0 ? 0 : Math.max(0, middle - half), hits == of ? 1 : Math.min(1, middle + half));
    }

    /** A figure between 0 and 1 of this standard error. */
    static Interval ofShare(double value, double standardError) {
        return new Interval(value, Math.max(0, value - Z * standardError), Math.min(1, value + Z * standardError));
    }
}
