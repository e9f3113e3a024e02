package dev.millrace.drift.embedding;

/** The Cholesky factor of a covariance, to solve with. Immutable, so safe to share between threads. */
final class Cholesky {
    private final double[][] lower;

    private Cholesky(double[][] lower) {
        this.lower = lower;
    }

    /**
     * Factors the covariance of every other row of shape (M, E).
     *
     * @param first row, 0 or 1
     * @param ridge share of the mean variance that is added to the diagonal, above 0
     */
    static Cholesky ofCovariance(float[][] rows, int first, double ridge) {
        int size = rows[0].length;
        double[] mean = Vectors.mean(rows, first, 2);
        double count = (rows.length - first + 1) / 2;
        var matrix = new double[size][];
        for (int i = 0; i < size; i++) {
            matrix[i] = new double[i + 1];
        }
        var centred = new double[size];
        for (int index = first; index < rows.length; index += 2) {
            for (int i = 0; i < size; i++) {
                centred[i] = rows[index][i] - mean[i];
            }
            for (int i = 0; i < size; i++) {
                double factor = centred[i] / count;
                for (int j = 0; j <= i; j++) {
                    matrix[i][j] += factor * centred[j];
                }
            }
        }
        double trace = 0;
        for (int i = 0; i < size; i++) {
            trace += matrix[i][i];
        }
        for (int i = 0; i < size; i++) {
            matrix[i][i] += trace > 0 ? ridge * trace / size : 1;
        }
        factor(matrix);
        return new Cholesky(matrix);
    }

    private static void factor(double[][] matrix) {
        for (int i = 0; i < matrix.length; i++) {
            for (int j = 0; j <= i; j++) {
                double sum = matrix[i][j];
                for (int k = 0; k < j; k++) {
                    sum -= matrix[i][k] * matrix[j][k];
                }
                matrix[i][j] = i == j ? Math.sqrt(sum) : sum / matrix[j][j];
            }
        }
    }

    /** Solves for a vector of shape (E). */
    double[] solve(double[] vector) {
        double[] x = vector.clone();
        for (int i = 0; i < x.length; i++) {
            for (int k = 0; k < i; k++) {
                x[i] -= lower[i][k] * x[k];
            }
            x[i] /= lower[i][i];
        }
        for (int i = x.length - 1; i >= 0; i--) {
            x[i] /= lower[i][i];
            for (int k = 0; k < i; k++) {
                x[k] -= lower[i][k] * x[i];
            }
        }
        return x;
    }
}
