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

    /** Adds the rows from {@code from} on, before {@code to}, to {@code sum}: four at a time, to the same as one by one. */
    static void add(float[] sum, float[][] rows, int from, int to) {
        int index = from;
        for (; index + 3 < to; index += 4) {
            float[] a = rows[index];
            float[] b = rows[index + 1];
            float[] c = rows[index + 2];
            float[] d = rows[index + 3];
            for (int i = 0; i < sum.length; i++) {
                sum[i] = sum[i] + a[i] + b[i] + c[i] + d[i];
            }
        }
        for (; index < to; index++) {
            for (int i = 0; i < sum.length; i++) {
                sum[i] += rows[index][i];
            }
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
