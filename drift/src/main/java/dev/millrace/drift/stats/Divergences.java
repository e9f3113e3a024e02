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
        if (oneIsEmpty(reference, current)) {
            return Double.NaN;
        }
        double[] q = shares(reference);
        double[] p = shares(current);
        double sum = 0;
        for (int i = 0; i < q.length; i++) {
            double middle = (p[i] + q[i]) / 2;
            sum += (p[i] > 0 ? p[i] * Math.log(p[i] / middle) : 0) + (q[i] > 0 ? q[i] * Math.log(q[i] / middle) : 0);
        }
        return Math.sqrt(Math.max(0, sum / 2));
    }

    /** The Hellinger distance, 0 to 1. */
    public static double hellinger(long[] reference, long[] current) {
        if (oneIsEmpty(reference, current)) {
            return Double.NaN;
        }
        double[] q = shares(reference);
        double[] p = shares(current);
        double sum = 0;
        for (int i = 0; i < q.length; i++) {
            double difference = Math.sqrt(q[i]) - Math.sqrt(p[i]);
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
        if (oneIsEmpty(reference, current)) {
            return TestResult.UNDECIDED;
        }
        double n = Arrays.stream(reference).sum();
        double m = Arrays.stream(current).sum();
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

    private static boolean oneIsEmpty(long[] reference, long[] current) {
        Categories.requireSameLength(reference, current);
        return Arrays.stream(reference).sum() == 0 || Arrays.stream(current).sum() == 0;
    }

    private static double[] shares(long[] counts) {
        double total = Arrays.stream(counts).sum();
        return Arrays.stream(counts).mapToDouble(count -> count / total).toArray();
    }
}
