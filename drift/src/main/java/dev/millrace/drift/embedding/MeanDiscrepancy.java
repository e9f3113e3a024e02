package dev.millrace.drift.embedding;

import dev.millrace.drift.stats.SequentialPValue;
import dev.millrace.drift.stats.TestResult;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The maximum mean discrepancy of two samples of vectors, with random features of a Gaussian kernel and the law under
 * permutation (A. Gretton et al.: A kernel two-sample test, JMLR 13, 2012). It finds any kind of change, given enough rows.
 * Safe to share between threads.
 *
 * <p>Permutations tell no p-value below 1 / (their number + 1). If none of them reaches the statistic, the p-value is that of the
 * normal law instead: the difference of the means has the covariance (1/N + 1/M)·S under permutation, S that of the pooled
 * features, so the statistic is about Σ λᵢ·χ²ᵢ with the eigenvalues λ of that. The features are bounded, which the normal law
 * gets on with, but where nearly all of their variance has one direction, as if few rows are a clump and all others the same: with
 * samples of unequal size its tail is then too thin. There the p-value stays 1 / (permutations + 1).
 */
public final class MeanDiscrepancy {
    private static final long SEED = 20_120_301;
    /** Share of the variance in one direction above which the normal law is not believed. */
    private static final double ONE_DIRECTION = 0.9;

    private final RandomFeatures features;
    private final float[][] reference;

    /** @param reference rows of shape (M, E), two or more */
    public MeanDiscrepancy(float[][] reference) {
        this.features = RandomFeatures.of(reference, SEED);
        this.reference = features.apply(reference);
    }

    /**
     * Tests whether rows are spread as the reference.
     *
     * @param rows of shape (N, E), without NaN
     * @param most permutations; a p-value of less than 1 / ({@code most} + 1) is an approximation
     * @param seed the same rows in the same order and the same seed give the same p-value
     * @return the squared discrepancy, biased, and its p-value
     */
    public TestResult test(float[][] rows, int most, long seed) {
        if (rows.length == 0) {
            return TestResult.UNDECIDED;
        }
        var current = features.apply(rows);
        var pool = new Pool(reference, current);
        double statistic = pool.discrepancy(pool.sumOfLast());
        var random = new SplittableRandom(seed);
        double least = 1.0 / (most + 1);
        double pValue = SequentialPValue.of(statistic, most, () -> pool.discrepancy(pool.sumOfRandom(random)));
        return new TestResult(statistic, pValue > least ? pValue : Math.min(least, pool.tail(statistic)));
    }

    /** The features of all rows, the current ones last. */
    private static final class Pool {
        private final float[][] rows;
        private final int reference;
        private final int current;
        private final float[] total;

        Pool(float[][] reference, float[][] current) {
            this.reference = reference.length;
            this.current = current.length;
            this.rows = new float[reference.length + current.length][];
            System.arraycopy(reference, 0, rows, 0, reference.length);
            System.arraycopy(current, 0, rows, reference.length, current.length);
            this.total = new float[reference[0].length];
            Vectors.add(total, rows, 0, rows.length);
        }

        float[] sumOfLast() {
            var sum = new float[total.length];
            Vectors.add(sum, rows, reference, rows.length);
            return sum;
        }

        /** Of as many rows as are current, chosen at random. */
        float[] sumOfRandom(SplittableRandom random) {
            for (int i = 0; i < current; i++) {
                int chosen = i + random.nextInt(rows.length - i);
                float[] row = rows[chosen];
                rows[chosen] = rows[i];
                rows[i] = row;
            }
            var sum = new float[total.length];
            Vectors.add(sum, rows, 0, current);
            return sum;
        }

        double discrepancy(float[] sum) {
            double squares = 0;
            for (int i = 0; i < sum.length; i++) {
                double difference = sum[i] / current - (total[i] - sum[i]) / reference;
                squares += difference * difference;
            }
            return squares;
        }

        /** The probability of more than a statistic if the features were normal; 1 if that is not to be believed. */
        double tail(double statistic) {
            double[] weights = Symmetric.eigenvalues(Symmetric.covariance(rows));
            if (Arrays.stream(weights).max().orElse(0)
                    > ONE_DIRECTION * Arrays.stream(weights).sum()) {
                return 1;
            }
            for (int i = 0; i < weights.length; i++) {
                weights[i] *= 1.0 / current + 1.0 / reference;
            }
            return WeightedChiSquares.survival(weights, statistic);
        }
    }
}
