package dev.millrace.drift.stats;

import java.util.Arrays;
import org.apache.commons.statistics.distribution.ChiSquaredDistribution;

/** How far apart two histograms of shape (K) over the same bins are. NaN if one of them is empty. */
public final class Divergences {
    /** Added to each count of the stability index, so that an empty bin has a logarithm. */
    private static final double PRIOR = 0.5;

    private Divergences() {}

    /** The Jensen–Shannon distance in nats, the root of the divergence: 0 to √ln 2. */
    public static double jensenShannon(long[] reference, long[] current) {
        Categories.requireSameLength(reference, current);
        double n = Arrays.stream(reference).sum();
        double m = Arrays.stream(current).sum();
        if (n == 0 || m == 0) {
            return Double.NaN;
        }
        double sum = 0;
        for (int i = 0; i < reference.length; i++) {
            double q = reference[i] / n;
            double p = current[i] / m;
            double middle = (p + q) / 2;
            sum += (p > 0 ? p * Math.log(p / middle) : 0) + (q > 0 ? q * Math.log(q / middle) : 0);
        }
        return Math.sqrt(Math.max(0, sum / 2));
    }

    /** The Hellinger distance, 0 to 1. */
    public static double hellinger(long[] reference, long[] current) {
        Categories.requireSameLength(reference, current);
        double n = Arrays.stream(reference).sum();
        double m = Arrays.stream(current).sum();
        if (n == 0 || m == 0) {
            return Double.NaN;
        }
        double sum = 0;
        for (int i = 0; i < reference.length; i++) {
            double difference = Math.sqrt(reference[i] / n) - Math.sqrt(current[i] / m);
            sum += difference * difference;
        }
        return Math.sqrt(sum / 2);
    }

    /**
     * The population stability index, {@code Σ (p − q) · ln(p / q)}, with half a row added to each bin, and its p-value.
     *
     * <p>If both samples have one law, PSI of n and m rows over K bins is distributed as {@code (1/n + 1/m) · χ²(K − 1)}
     * (B. Yurdakul, J. Naranjo: Statistical properties of the population stability index, Journal of Risk Model Validation
     * 14(4), 2020). That knows how many rows there are, where the customary threshold of 0.2 does not. Bins should expect
     * five rows and more.
     */
    public static TestResult stability(long[] reference, long[] current) {
        Categories.requireSameLength(reference, current);
        double n = Arrays.stream(reference).sum();
        double m = Arrays.stream(current).sum();
        if (n == 0 || m == 0) {
            return TestResult.UNDECIDED;
        }
        int bins = reference.length;
        double sum = 0;
        for (int i = 0; i < bins; i++) {
            double q = (reference[i] + PRIOR) / (n + PRIOR * bins);
            double p = (current[i] + PRIOR) / (m + PRIOR * bins);
            sum += (p - q) * Math.log(p / q);
        }
        double scaled = sum / (1 / n + 1 / m);
        double pValue = bins == 1 ? 1 : ChiSquaredDistribution.of(bins - 1.0).survivalProbability(scaled);
        return new TestResult(sum, pValue);
    }
}
