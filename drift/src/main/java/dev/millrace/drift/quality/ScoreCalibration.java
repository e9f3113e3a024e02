package dev.millrace.drift.quality;

import java.util.Arrays;
import java.util.List;

/**
 * What a score truly means, learnt from labels: beta calibration, P(positive | s) = σ(a ln s − b ln(1 − s) + c), of M. Kull,
 * T. Silva Filho and P. Flach, AISTATS 2017, http://proceedings.mlr.press/v54/kull17a.html, fitted by Newton's method, with the
 * covariance of what was learnt. Either side of the score has a slope of its own, so it serves each label. Immutable, so safe to
 * share between threads.
 */
public final class ScoreCalibration {
    private static final int TERMS = 3;
    private static final int STEPS = 50;
    /** Keeps the slopes finite where the labels are told apart without a mistake. */
    private static final double RIDGE = 1e-3;
    /** Part of a step below which it is taken as it is: the loss is flat there. */
    private static final double SMALLEST = 1e-6;

    /** Scores nearer to 0 and 1 say no more. */
    private static final double LEAST = 1e-6;

    private final double[] weights;
    private final double[][] covariance;

    private ScoreCalibration(double[] weights, double[][] covariance) {
        this.weights = weights;
        this.covariance = covariance;
    }

    /** That scores mean what they say, as far as that is known without labels. */
    public static ScoreCalibration asScored() {
        return new ScoreCalibration(new double[] {0, 1, 1}, new double[TERMS][TERMS]);
    }

    /**
     * Learns.
     *
     * @throws IllegalArgumentException if there are fewer than 50 rows of either label: nothing could be learnt
     */
    public static ScoreCalibration fit(List<Labelled> rows) {
        long positive = rows.stream().filter(Labelled::positive).count();
        if (positive < 50 || rows.size() - positive < 50) {
            throw new IllegalArgumentException("labels: %d positive, %d negative (expected: 50 or more of each)"
                    .formatted(positive, rows.size() - positive));
        }
        double[] weights = {0, 1, 1};
        double[][] hessian = new double[TERMS][TERMS];
        for (int step = 0; step < STEPS; step++) {
            hessian = new double[TERMS][TERMS];
            double[] gradient = new double[TERMS];
            for (int i = 0; i < TERMS; i++) {
                hessian[i][i] = RIDGE;
                gradient[i] = RIDGE * (weights[i] - (i == 0 ? 0 : 1));
            }
            for (var row : rows) {
                double[] terms = terms(row.score());
                double p = sigmoid(dot(weights, terms));
                double off = p - (row.positive() ? 1 : 0);
                for (int i = 0; i < TERMS; i++) {
                    gradient[i] += off * terms[i];
                    for (int j = 0; j < TERMS; j++) {
                        hessian[i][j] += p * (1 - p) * terms[i] * terms[j];
                    }
                }
            }
            double[] move = times(inverse(hessian), gradient);
            double longest = Arrays.stream(move).map(Math::abs).max().orElseThrow();
            // Far from the optimum a whole step may lead away.
            double[] next = moved(weights, move, 1);
            double before = loss(weights, rows);
            for (double part = 0.5; loss(next, rows) > before && part > SMALLEST; part /= 2) {
                next = moved(weights, move, part);
            }
            weights = next;
            if (longest < 1e-9) {
                break;
            }
        }
        return new ScoreCalibration(weights, inverse(hessian));
    }

    private static double[] moved(double[] weights, double[] move, double part) {
        var moved = weights.clone();
        for (int i = 0; i < TERMS; i++) {
            moved[i] -= part * move[i];
        }
        return moved;
    }

    /** What is minimised: the log loss, and the ridge. */
    private static double loss(double[] weights, List<Labelled> rows) {
        double loss = 0;
        for (int i = 0; i < TERMS; i++) {
            double off = weights[i] - (i == 0 ? 0 : 1);
            loss += RIDGE * off * off / 2;
        }
        for (var row : rows) {
            double z = dot(weights, terms(row.score())) * (row.positive() ? 1 : -1);
            loss += z > 0 ? Math.log1p(Math.exp(-z)) : Math.log1p(Math.exp(z)) - z;
        }
        return loss;
    }

    /** Probability of the positive label. */
    public double probability(double score) {
        return sigmoid(dot(weights, terms(score)));
    }

    /** The same row with the probability in place of its score. */
    public Labelled read(Labelled row) {
        return new Labelled(probability(row.score()), row.predicted(), row.positive(), row.right());
    }

    /** How the probability changes with each weight. */
    double[] gradient(double score) {
        double p = probability(score);
        double[] terms = terms(score);
        for (int i = 0; i < TERMS; i++) {
            terms[i] *= p * (1 - p);
        }
        return terms;
    }

    /** Variance of a sum of probabilities whose gradients sum to {@code gradient}, for not knowing the weights. */
    double variance(double[] gradient) {
        return dot(gradient, times(covariance, gradient));
    }

    private static double[] terms(double score) {
        double s = Math.clamp(score, LEAST, 1 - LEAST);
        return new double[] {1, Math.log(s), -Math.log1p(-s)};
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static double[] times(double[][] matrix, double[] vector) {
        return Arrays.stream(matrix).mapToDouble(row -> dot(row, vector)).toArray();
    }

    /** Of a symmetric 3 × 3 matrix, by its adjugate. */
    private static double[][] inverse(double[][] m) {
        var adjugate = new double[TERMS][TERMS];
        for (int i = 0; i < TERMS; i++) {
            for (int j = 0; j < TERMS; j++) {
                int r1 = (j + 1) % TERMS;
                int r2 = (j + 2) % TERMS;
                int c1 = (i + 1) % TERMS;
                int c2 = (i + 2) % TERMS;
                adjugate[i][j] = m[r1][c1] * m[r2][c2] - m[r1][c2] * m[r2][c1];
            }
        }
        double determinant = m[0][0] * adjugate[0][0] + m[0][1] * adjugate[1][0] + m[0][2] * adjugate[2][0];
        for (double[] row : adjugate) {
            for (int j = 0; j < TERMS; j++) {
                row[j] /= determinant;
            }
        }
        return adjugate;
    }
}
