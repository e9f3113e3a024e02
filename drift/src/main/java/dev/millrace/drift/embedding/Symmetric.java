package dev.millrace.drift.embedding;

/**
 * What is asked of symmetric matrices. Eigenvalues are found by Householder's reduction to a tridiagonal matrix and QR steps with
 * Wilkinson's shift (G. Golub, C. Van Loan: Matrix Computations, 4th edition, algorithms 8.3.1 and 8.3.2).
 */
final class Symmetric {
    private static final double EPSILON = Math.ulp(1.0);
    /** Of QR steps for each eigenvalue; two or three are usual. */
    private static final int PATIENCE = 60;

    private Symmetric() {}

    /**
     * The covariance of rows, divided by one less than rows.
     *
     * @param rows of shape (N, E), two or more
     * @return of shape (E, E)
     */
    static double[][] covariance(float[][] rows) {
        int size = rows[0].length;
        double[] mean = Vectors.mean(rows, 0, 1);
        var matrix = new double[size][size];
        // Four rows at a time, to the same as one by one.
        var centred = new double[4][size];
        for (int first = 0; first < rows.length; first += centred.length) {
            for (int row = 0; row < centred.length; row++) {
                for (int i = 0; i < size; i++) {
                    centred[row][i] = first + row < rows.length ? rows[first + row][i] - mean[i] : 0;
                }
            }
            addProducts(matrix, centred[0], centred[1], centred[2], centred[3]);
        }
        for (int i = 0; i < size; i++) {
            for (int j = 0; j <= i; j++) {
                matrix[i][j] /= rows.length - 1;
                matrix[j][i] = matrix[i][j];
            }
        }
        return matrix;
    }

    /** Adds the lower halves of the products of each vector with itself. */
    private static void addProducts(double[][] matrix, double[] a, double[] b, double[] c, double[] d) {
        for (int i = 0; i < a.length; i++) {
            double[] sums = matrix[i];
            double ofA = a[i];
            double ofB = b[i];
            double ofC = c[i];
            double ofD = d[i];
            for (int j = 0; j <= i; j++) {
                sums[j] = sums[j] + ofA * a[j] + ofB * b[j] + ofC * c[j] + ofD * d[j];
            }
        }
    }

    static double trace(double[][] matrix) {
        double trace = 0;
        for (int i = 0; i < matrix.length; i++) {
            trace += matrix[i][i];
        }
        return trace;
    }

    /**
     * The lower factor L of a matrix that is L·Lᵀ and has no negative eigenvalue. Where a pivot is as good as 0, so is its column.
     */
    static double[][] factor(double[][] matrix) {
        int size = matrix.length;
        double least = EPSILON * size * trace(matrix);
        var lower = new double[size][size];
        for (int j = 0; j < size; j++) {
            for (int i = j; i < size; i++) {
                double sum = matrix[i][j];
                for (int k = 0; k < j; k++) {
                    sum -= lower[i][k] * lower[j][k];
                }
                if (i == j) {
                    lower[j][j] = sum > least ? Math.sqrt(sum) : 0;
                } else if (lower[j][j] > 0) {
                    lower[i][j] = sum / lower[j][j];
                }
            }
        }
        return lower;
    }

    /** The eigenvalues of a symmetric matrix of shape (E, E), in no order. */
    static double[] eigenvalues(double[][] matrix) {
        int size = matrix.length;
        var rest = new double[size][];
        for (int i = 0; i < size; i++) {
            rest[i] = matrix[i].clone();
        }
        var diagonal = new double[size];
        var beside = new double[size];
        for (int k = 0; k < size; k++) {
            diagonal[k] = rest[k][k];
            if (k < size - 1) {
                beside[k] = reflect(rest, k);
            }
        }
        solve(diagonal, beside);
        return diagonal;
    }

    /** Makes the elements of column {@code k} below the one beside the diagonal 0. Returns the one beside the diagonal. */
    private static double reflect(double[][] matrix, int k) {
        int size = matrix.length;
        double squares = 0;
        for (int i = k + 2; i < size; i++) {
            squares += matrix[i][k] * matrix[i][k];
        }
        double first = matrix[k + 1][k];
        if (squares == 0) {
            return first;
        }
        double beside = -Math.copySign(Math.sqrt(first * first + squares), first);
        var normal = new double[size];
        for (int i = k + 1; i < size; i++) {
            normal[i] = matrix[i][k];
        }
        normal[k + 1] -= beside;
        double scale = 2 / (normal[k + 1] * normal[k + 1] + squares);
        var product = new double[size];
        double inner = 0;
        for (int i = k + 1; i < size; i++) {
            double sum = 0;
            for (int j = k + 1; j < size; j++) {
                sum += matrix[i][j] * normal[j];
            }
            product[i] = scale * sum;
            inner += product[i] * normal[i];
        }
        for (int i = k + 1; i < size; i++) {
            product[i] -= scale / 2 * inner * normal[i];
        }
        for (int i = k + 1; i < size; i++) {
            for (int j = k + 1; j < size; j++) {
                matrix[i][j] -= normal[i] * product[j] + product[i] * normal[j];
            }
        }
        return beside;
    }

    /** Turns the diagonal of a tridiagonal matrix into its eigenvalues. */
    private static void solve(double[] diagonal, double[] beside) {
        int last = diagonal.length - 1;
        for (int step = 0; last > 0; ) {
            // What is left after so many steps is rounding.
            if (isSmall(diagonal, beside, last - 1) || ++step > PATIENCE) {
                last--;
                step = 0;
                continue;
            }
            int first = last - 1;
            while (first > 0 && !isSmall(diagonal, beside, first - 1)) {
                first--;
            }
            step(diagonal, beside, first, last);
        }
    }

    private static boolean isSmall(double[] diagonal, double[] beside, int i) {
        return Math.abs(beside[i]) <= EPSILON * (Math.abs(diagonal[i]) + Math.abs(diagonal[i + 1])) + Double.MIN_NORMAL;
    }

    private static void step(double[] diagonal, double[] beside, int first, int last) {
        double half = (diagonal[last - 1] - diagonal[last]) / 2;
        double square = beside[last - 1] * beside[last - 1];
        double shift = diagonal[last] - square / (half + Math.copySign(Math.hypot(half, beside[last - 1]), half));
        double x = diagonal[first] - shift;
        double z = beside[first];
        for (int k = first; k < last; k++) {
            double norm = Math.hypot(x, z);
            double cosine = norm > 0 ? x / norm : 1;
            double sine = norm > 0 ? z / norm : 0;
            if (k > first) {
                beside[k - 1] = norm;
            }
            double upper = diagonal[k];
            double lower = diagonal[k + 1];
            double both = 2 * cosine * sine * beside[k];
            diagonal[k] = cosine * cosine * upper + both + sine * sine * lower;
            diagonal[k + 1] = sine * sine * upper - both + cosine * cosine * lower;
            beside[k] = cosine * sine * (lower - upper) + (cosine * cosine - sine * sine) * beside[k];
            if (k < last - 1) {
                x = beside[k];
                z = sine * beside[k + 1];
                beside[k + 1] *= cosine;
            }
        }
    }
}
