package dev.millrace.bench.drift;

import dev.millrace.drift.embedding.DomainClassifier;
import dev.millrace.drift.embedding.MeanDiscrepancy;
import java.util.SplittableRandom;

/** Windows of embeddings: vectors of {@code size} correlated elements, 1,000 of them as reference. */
public record Embeddings(int size, int rows) {
    private static final int REFERENCE = 1000;
    private static final int PERMUTATIONS = 199;
    private static final double LEVEL = 0.01;

    /**
     * Shares of windows, in percent.
     *
     * @param discrepancy called drifted by the mean discrepancy at 1 %
     * @param classifier by the domain classifier
     */
    public record Alarms(double discrepancy, double classifier) {}

    /** @param shifted elements that moved by {@code shift} standard deviations */
    public Alarms alarms(int windows, long seed, int shifted, double shift) {
        var random = new SplittableRandom(seed);
        double discrepancy = 0;
        double classifier = 0;
        for (int window = 0; window < windows; window++) {
            var reference = rows(random, REFERENCE, 0, 0);
            var current = rows(random, rows, shifted, shift);
            if (new MeanDiscrepancy(reference)
                            .test(current, PERMUTATIONS, window)
                            .pValue()
                    <= LEVEL) {
                discrepancy += 100.0 / windows;
            }
            if (new DomainClassifier(reference).test(current).test().pValue() <= LEVEL) {
                classifier += 100.0 / windows;
            }
        }
        return new Alarms(discrepancy, classifier);
    }

    private float[][] rows(SplittableRandom random, int count, int shifted, double shift) {
        var rows = new float[count][size];
        for (var row : rows) {
            double common = random.nextGaussian();
            for (int i = 0; i < size; i++) {
                row[i] = (float) (random.nextGaussian() + 0.7 * common * Math.sin(i) + (i < shifted ? shift : 0));
            }
        }
        return rows;
    }
}
