package dev.millrace.drift.embedding;

import java.util.SplittableRandom;

/**
 * How far two samples are apart if each is taken for a normal law: |μ₁ − μ₂|² + tr(Σ₁ + Σ₂ − 2 (Σ₁Σ₂)^½), the squared 2-Wasserstein
 * distance of the laws (D. Dowson, B. Landau: The Fréchet distance between multivariate normal distributions, Journal of
 * Multivariate Analysis 12(3), 1982), in the directions in which the reference is spread the most, as DriftLens has it (S. Greco
 * et al.: Unsupervised concept drift detection from deep learning representations in real-time, IEEE TKDE, 2025). An effect size, no
 * test: of samples of one law it is above 0, the more so the smaller they are. Safe to share between threads.
 *
 * <p>With Σ₁ = L·Lᵀ the eigenvalues of Σ₁Σ₂ are those of Lᵀ·Σ₂·L, which is symmetric; the trace of the root is the sum of their
 * roots, so no root of a matrix is needed.
 */
public final class FrechetDistance {
    /** Directions: more of them hold little, and their covariance is not known well of some hundred rows. */
    private static final int DIRECTIONS = 32;

    private static final int ITERATIONS = 30;
    private static final long SEED = 19_820_901;

    private final float[][] directions;
    private final float[][] reference;
    private final double variance;

    /** @param reference rows of shape (M, E), two or more */
    public FrechetDistance(float[][] reference) {
        this.directions = directions(reference);
        this.reference = project(reference);
        this.variance = Symmetric.trace(Symmetric.covariance(this.reference));
    }

    /**
     * The distance of rows from the reference.
     *
     * @param rows of shape (N, E), without NaN
     * @return as a share of the reference's variance, 0 or more; 0 of fewer than two rows, or where the reference has no variance
     */
    public double of(float[][] rows) {
        return rows.length < 2 || variance == 0 ? 0 : between(reference, project(rows)) / variance;
    }

    /** The squared distance of two samples of shape (N, E) and (M, E), two rows or more each. */
    static double between(float[][] first, float[][] second) {
        double[] one = Vectors.mean(first, 0, 1);
        double[] other = Vectors.mean(second, 0, 1);
        double apart = 0;
        for (int i = 0; i < one.length; i++) {
            apart += (one[i] - other[i]) * (one[i] - other[i]);
        }
        var firstCovariance = Symmetric.covariance(first);
        var secondCovariance = Symmetric.covariance(second);
        double common = 0;
        for (double eigenvalue : Symmetric.eigenvalues(inside(Symmetric.factor(firstCovariance), secondCovariance))) {
            common += Math.sqrt(Math.max(0, eigenvalue));
        }
        double distance = apart + Symmetric.trace(firstCovariance) + Symmetric.trace(secondCovariance) - 2 * common;
        return Math.max(0, distance);
    }

    /** Lᵀ·Σ·L. */
    private static double[][] inside(double[][] lower, double[][] covariance) {
        int size = lower.length;
        var right = new double[size][size];
        for (int i = 0; i < size; i++) {
            for (int k = 0; k < size; k++) {
                for (int j = 0; j <= k; j++) {
                    right[i][j] += covariance[i][k] * lower[k][j];
                }
            }
        }
        var product = new double[size][size];
        for (int k = 0; k < size; k++) {
            for (int i = 0; i <= k; i++) {
                for (int j = 0; j < size; j++) {
                    product[i][j] += lower[k][i] * right[k][j];
                }
            }
        }
        return product;
    }

    private float[][] project(float[][] rows) {
        var projected = new float[rows.length][directions.length];
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < directions.length; j++) {
                projected[i][j] = Vectors.dot(rows[i], directions[j]);
            }
        }
        return projected;
    }

    /** About the principal ones, by orthogonal iteration; that they are orthogonal is exact, which is what matters. */
    private static float[][] directions(float[][] rows) {
        var covariance = Symmetric.covariance(rows);
        int size = covariance.length;
        var random = new SplittableRandom(SEED);
        var found = new double[Math.min(DIRECTIONS, size)][size];
        for (double[] direction : found) {
            for (int i = 0; i < size; i++) {
                direction[i] = random.nextGaussian();
            }
        }
        orthonormalise(found);
        for (int iteration = 0; iteration < ITERATIONS && size > DIRECTIONS; iteration++) {
            for (int k = 0; k < found.length; k++) {
                found[k] = times(covariance, found[k]);
            }
            orthonormalise(found);
        }
        var directions = new float[found.length][size];
        for (int k = 0; k < found.length; k++) {
            for (int i = 0; i < size; i++) {
                directions[k][i] = (float) found[k][i];
            }
        }
        return directions;
    }

    private static double[] times(double[][] matrix, double[] vector) {
        var product = new double[vector.length];
        for (int i = 0; i < product.length; i++) {
            product[i] = dot(matrix[i], vector);
        }
        return product;
    }

    /** Gram and Schmidt's way; what depends on those before becomes 0. */
    private static void orthonormalise(double[][] vectors) {
        for (int k = 0; k < vectors.length; k++) {
            double before = Math.sqrt(dot(vectors[k], vectors[k]));
            // Twice is enough.
            for (int pass = 0; pass < 2; pass++) {
                for (int other = 0; other < k; other++) {
                    double along = dot(vectors[k], vectors[other]);
                    for (int i = 0; i < vectors[k].length; i++) {
                        vectors[k][i] -= along * vectors[other][i];
                    }
                }
            }
            double norm = Math.sqrt(dot(vectors[k], vectors[k]));
            for (int i = 0; i < vectors[k].length; i++) {
                vectors[k][i] = norm > 1e-9 * before ? vectors[k][i] / norm : 0;
            }
        }
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
