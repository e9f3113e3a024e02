package dev.millrace.drift.embedding;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Random Fourier features of a Gaussian kernel: the inner product of two rows' features is about
 * {@code exp(−|x − y|² / 2s²)} (A. Rahimi, B. Recht: Random features for large-scale kernel machines, NIPS 2007). The
 * bandwidth s is the median distance of rows of the reference. Immutable, so safe to share between threads.
 */
final class RandomFeatures {
    /** Pairs of a cosine and a sine. */
    private static final int PAIRS = 128;

    private static final int DISTANCES = 1000;

    private final float[][] frequencies;

    private RandomFeatures(float[][] frequencies) {
        this.frequencies = frequencies;
    }

    /** @param rows the reference, two rows or more of shape (E) */
    static RandomFeatures of(float[][] rows, long seed) {
        var random = new SplittableRandom(seed);
        double bandwidth = bandwidth(rows, random);
        var frequencies = new float[PAIRS][rows[0].length];
        for (float[] frequency : frequencies) {
            for (int i = 0; i < frequency.length; i++) {
                frequency[i] = (float) (random.nextGaussian() / bandwidth);
            }
        }
        return new RandomFeatures(frequencies);
    }

    private static double bandwidth(float[][] rows, SplittableRandom random) {
        var distances = new double[DISTANCES];
        for (int i = 0; i < DISTANCES; i++) {
            int first = random.nextInt(rows.length);
            int second = (first + 1 + random.nextInt(rows.length - 1)) % rows.length;
            distances[i] = Vectors.distance(rows[first], rows[second]);
        }
        Arrays.sort(distances);
        double median = distances[DISTANCES / 2];
        return median > 0 ? median : 1;
    }

    /** Features of rows of shape (N, E): of shape (N, D). */
    float[][] apply(float[][] rows) {
        var features = new float[rows.length][2 * PAIRS];
        float scale = (float) Math.sqrt(1.0 / PAIRS);
        // Strict, so that replicas on other machines have the same p-values.
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < PAIRS; j++) {
                float angle = Vectors.dot(frequencies[j], rows[i]);
                features[i][2 * j] = scale * (float) StrictMath.cos(angle);
                features[i][2 * j + 1] = scale * (float) StrictMath.sin(angle);
            }
        }
        return features;
    }
}
