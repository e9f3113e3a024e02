package dev.millrace.drift.embedding;

/** Sums over vectors of one length, written so that the compiler makes vector instructions of them. */
final class Vectors {
    private static final int LANES = 16;

    private Vectors() {}

    static float dot(float[] a, float[] b) {
        var lanes = new float[LANES];
        int whole = a.length - a.length % LANES;
        for (int i = 0; i < whole; i += LANES) {
            for (int lane = 0; lane < LANES; lane++) {
                lanes[lane] += a[i + lane] * b[i + lane];
            }
        }
        float sum = 0;
        for (float lane : lanes) {
            sum += lane;
        }
        for (int i = whole; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    static double distance(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            double difference = a[i] - b[i];
            sum += difference * difference;
        }
        return Math.sqrt(sum);
    }

    /** Adds {@code row} to {@code sum}. */
    static void add(float[] sum, float[] row) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += row[i];
        }
    }

    /** The mean of every {@code step}-th row from {@code first} on, of shape (E). */
    static double[] mean(float[][] rows, int first, int step) {
        var mean = new double[rows[0].length];
        int count = 0;
        for (int i = first; i < rows.length; i += step, count++) {
            for (int j = 0; j < mean.length; j++) {
                mean[j] += rows[i][j];
            }
        }
        for (int j = 0; j < mean.length; j++) {
            mean[j] /= count;
        }
        return mean;
    }
}
