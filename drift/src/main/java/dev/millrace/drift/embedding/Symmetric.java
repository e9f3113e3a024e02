package dev.millrace.drift.embedding;

import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.decomposition.eig.SymmetricQRAlgorithmDecomposition_DDRM;
import org.ejml.dense.row.mult.VectorVectorMult_DDRM;

/** What is asked of symmetric matrices. */
final class Symmetric {
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

    /** The eigenvalues of a symmetric matrix of shape (E, E), in no order. */
    static double[] eigenvalues(DMatrixRMaj matrix) {
        var decomposition = decompose(matrix, false);
        return IntStream.range(0, matrix.getNumRows())
                .mapToDouble(i -> decomposition.getEigenvalue(i).getReal())
                .toArray();
    }

    /** The symmetric root of a covariance; eigenvalues that rounding made negative count as 0. */
    static DMatrixRMaj root(double[][] covariance) {
        int size = covariance.length;
        var decomposition = decompose(new DMatrixRMaj(covariance), true);
        var root = new DMatrixRMaj(size, size);
        for (int i = 0; i < size; i++) {
            var vector = decomposition.getEigenVector(i);
            double value = Math.max(0, decomposition.getEigenvalue(i).getReal());
            VectorVectorMult_DDRM.addOuterProd(Math.sqrt(value), vector, vector, root);
        }
        return root;
    }

    private static SymmetricQRAlgorithmDecomposition_DDRM decompose(DMatrixRMaj matrix, boolean vectors) {
        var decomposition = new SymmetricQRAlgorithmDecomposition_DDRM(vectors);
        decomposition.setMaxIterations(PATIENCE);
        if (!decomposition.decompose(matrix)) {
            throw new ArithmeticException("no eigenvalues after %d steps each of %s".formatted(PATIENCE, matrix));
        }
        return decomposition;
    }
}
