package dev.millrace.monitoring.drift;

import org.apache.commons.statistics.distribution.ChiSquaredDistribution;

/**
 * The population stability index, a symmetric distance of two histograms over the same B bins:
 * {@code Σ (p − q) · ln(p / q)}, 0 if they are equal.
 *
 * <p>If both come from one law, PSI of n and m rows is distributed as {@code (1/n + 1/m) · χ²(B − 1)} for large counts
 * (B. Yurdakul, J. Naranjo: Statistical properties of the population stability index, Journal of Risk Model Validation
 * 14(4), 2020). That gives a threshold that knows how many rows there are, where the customary 0.2 does not.
 */
final class PopulationStability {
    /** Added to each count, so that an empty bin has a logarithm. */
    private static final double PRIOR = 0.5;

    private PopulationStability() {}

    /**
     * The index of two histograms of shape (B).
     *
     * @throws IllegalArgumentException if they are not of one length
     */
    static double index(long[] reference, long[] current) {
        if (reference.length != current.length) {
            throw new IllegalArgumentException(
                    "current.length: %d (expected: %d)".formatted(current.length, reference.length));
        }
        double referenceTotal = total(reference);
        double currentTotal = total(current);
        double sum = 0;
        for (int bin = 0; bin < reference.length; bin++) {
            double q = (reference[bin] + PRIOR) / referenceTotal;
            double p = (current[bin] + PRIOR) / currentTotal;
            sum += (p - q) * Math.log(p / q);
        }
        return sum;
    }

    /**
     * What the index of two equal laws stays below with probability 1 − significance, at one look.
     *
     * @param bins B, 2 or more
     * @param significance above 0, below 1
     */
    static double threshold(long referenceRows, long currentRows, int bins, double significance) {
        return (1.0 / referenceRows + 1.0 / currentRows)
                * ChiSquaredDistribution.of(bins - 1.0).inverseSurvivalProbability(significance);
    }

    private static double total(long[] counts) {
        double total = PRIOR * counts.length;
        for (long count : counts) {
            total += count;
        }
        return total;
    }
}
