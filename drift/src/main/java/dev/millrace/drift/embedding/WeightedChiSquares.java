package dev.millrace.drift.embedding;

import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * The law of Σ λᵢ·χ²ᵢ, a sum of independent χ² of one degree of freedom each: that of the squared length of a normal vector whose
 * covariance has the eigenvalues λ. Its tail by Lugannani and Rice's saddlepoint formula, within an eighth of itself however
 * far out (D. Kuonen: Saddlepoint approximations for distributions of quadratic forms in normal variables, Biometrika 86(4), 1999).
 */
final class WeightedChiSquares {
    private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);
    private static final int BISECTIONS = 200;
    /** Nearer to the mean the formula is 0/0. */
    private static final double NEAR = 1e-4;

    private WeightedChiSquares() {}

    /**
     * The probability of more than {@code value}.
     *
     * @param weights λ, 0 or more; smaller ones, which rounding makes, count as 0
     * @return 1 for values up to about the mean, of which nothing else is asked
     */
    static double survival(double[] weights, double value) {
        double greatest = 0;
        double mean = 0;
        for (double weight : weights) {
            greatest = Math.max(greatest, weight);
            mean += Math.max(0, weight);
        }
        if (!(value > mean * (1 + NEAR))) {
            return 1;
        }
        if (greatest == 0) {
            return 0;
        }
        double saddle = saddle(weights, value, 1 / (2 * greatest));
        double logarithm = 0;
        double curvature = 0;
        for (double weight : weights) {
            double known = Math.max(0, weight);
            double factor = 1 - 2 * saddle * known;
            logarithm -= Math.log(factor) / 2;
            curvature += 2 * (known / factor) * (known / factor);
        }
        double w = Math.sqrt(2 * (saddle * value - logarithm));
        double v = saddle * Math.sqrt(curvature);
        return NORMAL.survivalProbability(w + Math.log(v / w) / w);
    }

    /** Where the derivative of the cumulant generating function is {@code value}: it rises from the mean at 0 to infinity. */
    private static double saddle(double[] weights, double value, double most) {
        double low = 0;
        double high = most;
        for (int i = 0; i < BISECTIONS; i++) {
            double middle = (low + high) / 2;
            double derivative = 0;
            for (double weight : weights) {
                double known = Math.max(0, weight);
                derivative += known / (1 - 2 * middle * known);
            }
            if (derivative > value) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return low;
    }
}
