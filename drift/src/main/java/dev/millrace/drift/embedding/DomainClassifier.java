package dev.millrace.drift.embedding;

import dev.millrace.drift.stats.OrderedCounts;
import dev.millrace.drift.stats.RankTests;
import dev.millrace.drift.stats.TestResult;
import java.util.Arrays;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * A classifier that is asked to tell current rows from the reference's: if it can, they differ (D. Lopez-Paz, M. Oquab:
 * Revisiting classifier two-sample tests, ICLR 2017). It is linear, the discriminant of the reference's covariance, and
 * cross-fitted: each half of the rows is scored by the classifier of the other half. Safe to share between threads.
 *
 * <p>The p-value is the normal law's for the mean of the halves' z. They are correlated by up to 1, so that it is right at
 * that end and too large otherwise.
 */
public final class DomainClassifier {
    /** Share of the mean variance that is added to each: with fewer rows than 10 E the covariance is not known well. */
    private static final double RIDGE = 0.1;

    private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);
    /** Below it the normal law's inverse is not exact. */
    private static final double LEAST = 1e-300;

    private final float[][] reference;
    /** Of each half. A half that is scored must not have shaped the direction: its rows would look alike. */
    private final Cholesky[] covariances;

    /** @param reference rows of shape (M, E), four or more */
    public DomainClassifier(float[][] reference) {
        this.reference = reference.clone();
        this.covariances =
                new Cholesky[] {Cholesky.ofCovariance(reference, 0, RIDGE), Cholesky.ofCovariance(reference, 1, RIDGE)};
    }

    /**
     * What the classifier found.
     *
     * @param test the area under the ROC curve of rows that it was not trained on, and its p-value, one-sided
     * @param shares of shape (E): how much of the separation each dimension makes; they sum to 1
     * @param scores of shape (N): how unlike the reference each current row is
     */
    public record Finding(TestResult test, double[] shares, double[] scores) {}

    /** Tests rows of shape (N, E) without NaN, in an order that says nothing; N is 4 or more, else it is undecided. */
    public Finding test(float[][] rows) {
        int size = reference[0].length;
        if (rows.length < 4) {
            return new Finding(TestResult.UNDECIDED, new double[size], new double[rows.length]);
        }
        var scores = new double[rows.length];
        var shares = new double[size];
        double z = 0;
        double area = 0;
        for (int half = 0; half < 2; half++) {
            double[] apart = Vectors.mean(reference, 1 - half, 2);
            double[] current = Vectors.mean(rows, 1 - half, 2);
            for (int i = 0; i < size; i++) {
                apart[i] = current[i] - apart[i];
            }
            double[] direction = covariances[1 - half].solve(apart);
            var unit = unit(direction);
            var known = scores(reference, half, unit);
            var seen = scores(rows, half, unit);
            var counts = OrderedCounts.ofSamples(known, seen);
            z += welch(known, seen) / 2;
            area += (RankTests.cliffsDelta(counts) + 1) / 4;
            standardise(known, seen);
            for (int i = half; i < rows.length; i += 2) {
                scores[i] = seen[i / 2];
            }
            for (int i = 0; i < size; i++) {
                shares[i] += Math.abs(direction[i] * apart[i]);
            }
        }
        double sum = Arrays.stream(shares).sum();
        for (int i = 0; i < size && sum > 0; i++) {
            shares[i] /= sum;
        }
        double pValue = NORMAL.survivalProbability(z);
        return new Finding(new TestResult(area, pValue), shares, scores);
    }

    private static float[] unit(double[] direction) {
        double norm = Math.sqrt(Arrays.stream(direction).map(x -> x * x).sum());
        var unit = new float[direction.length];
        for (int i = 0; i < unit.length; i++) {
            unit[i] = norm > 0 ? (float) (direction[i] / norm) : 0;
        }
        return unit;
    }

    private static double[] scores(float[][] rows, int first, float[] direction) {
        var scores = new double[(rows.length - first + 1) / 2];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = Vectors.dot(rows[first + 2 * i], direction);
        }
        return scores;
    }

    /** Welch's t, as the z with its p-value; the classifier knows the reference's rows, which lie closer together for it. */
    private static double welch(double[] known, double[] seen) {
        double variance = variance(known) / known.length + variance(seen) / seen.length;
        if (!(variance > 0)) {
            return 0;
        }
        double t = (mean(seen) - mean(known)) / Math.sqrt(variance);
        double pValue =
                TDistribution.of(Math.min(known.length, seen.length) - 1.0).survivalProbability(Math.abs(t));
        double z = NORMAL.inverseSurvivalProbability(Math.max(pValue, LEAST));
        return Math.copySign(z, t);
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElse(0);
    }

    private static double variance(double[] values) {
        double mean = mean(values);
        return Arrays.stream(values).map(x -> (x - mean) * (x - mean)).sum() / Math.max(1, values.length - 1);
    }

    /** Scales {@code seen} by what {@code known} is. */
    private static void standardise(double[] known, double[] seen) {
        double mean = mean(known);
        double deviation = Math.sqrt(variance(known));
        for (int i = 0; i < seen.length; i++) {
            seen[i] = deviation > 0 ? (seen[i] - mean) / deviation : 0;
        }
    }
}
