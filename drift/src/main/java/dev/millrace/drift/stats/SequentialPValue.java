package dev.millrace.drift.stats;

import java.util.function.DoubleSupplier;

/**
 * The p-value of a statistic whose null law is known only by drawing from it. Drawing ends once ten draws reached the
 * statistic, or after the most draws: valid either way (J. Besag, P. Clifford: Sequential Monte Carlo p-values, Biometrika
 * 78(2), 1991).
 */
public final class SequentialPValue {
    private static final int ENOUGH = 10;

    private SequentialPValue() {}

    /** @param most draws, 1 or more; the p-value is 1 / ({@code most} + 1) or more */
    public static double of(double statistic, int most, DoubleSupplier draw) {
        int reached = 0;
        for (int draws = 1; draws <= most; draws++) {
            if (draw.getAsDouble() >= statistic && ++reached == ENOUGH) {
                return (double) ENOUGH / draws;
            }
        }
        return (reached + 1.0) / (most + 1);
    }
}
