package dev.millrace.bench.drift;

import dev.millrace.drift.embedding.DomainClassifier;
import dev.millrace.drift.embedding.HalfPrecision;
import dev.millrace.drift.embedding.MeanDiscrepancy;
import dev.millrace.drift.stats.FalseDiscovery;
import dev.millrace.drift.stats.KolmogorovSmirnov;
import dev.millrace.drift.stats.OrderedCounts;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/** A reference of embeddings that windows are compared with, in half precision as monitoring does. */
final class KnownReference {
    private static final int SAMPLE = 512;
    private static final int PERMUTATIONS = 999;
    /** Of what is called drifted. */
    static final double LEVEL = 0.01;

    private final MeanDiscrepancy discrepancy;
    private final DomainClassifier classifier;
    private final double[][] columns;

    /** @param rows of shape (M, E), in an order that says nothing */
    KnownReference(float[][] rows) {
        var rounded = rounded(rows);
        this.discrepancy = new MeanDiscrepancy(rounded);
        this.classifier = new DomainClassifier(rounded);
        this.columns = columns(rounded);
        for (double[] column : columns) {
            Arrays.sort(column);
        }
    }

    /** What each detector says of rows of shape (N, E), in an order that says nothing: a p-value. */
    Map<VectorDetector, Double> pValues(float[][] window, long seed) {
        var rows = rounded(window);
        double byClassifier = classifier.test(rows).test().pValue();
        double byDiscrepancy = discrepancy.test(rows, PERMUTATIONS, seed).pValue();
        var pValues = new EnumMap<VectorDetector, Double>(VectorDetector.class);
        pValues.put(VectorDetector.CLASSIFIER, byClassifier);
        pValues.put(VectorDetector.DISCREPANCY, byDiscrepancy);
        pValues.put(VectorDetector.ELEMENTS, byElements(rows));
        if (rows.length > SAMPLE) {
            var sample = Arrays.copyOf(rows, SAMPLE);
            byClassifier = classifier.test(sample).test().pValue();
            byDiscrepancy = discrepancy.test(sample, PERMUTATIONS, seed).pValue();
        }
        pValues.put(VectorDetector.ENTRY, Math.min(1, 2 * Math.min(byClassifier, byDiscrepancy)));
        return pValues;
    }

    /**
     * Adjusted for all elements. Those that are the furthest apart are tested first, and no more once it is clear on which side
     * of 1 % the result is; the p-value is right if it is below, and else only says that it is above.
     */
    private double byElements(float[][] rows) {
        var current = columns(rows);
        var distances = new double[columns.length];
        for (int i = 0; i < distances.length; i++) {
            Arrays.sort(current[i]);
            distances[i] = distance(columns[i], current[i]);
        }
        var furthestFirst = IntStream.range(0, distances.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -distances[i]))
                .toList();
        var pValues = new double[columns.length];
        Arrays.fill(pValues, 1);
        double adjusted = 1;
        for (int i : furthestFirst) {
            pValues[i] = KolmogorovSmirnov.test(OrderedCounts.ofSamples(columns[i], current[i]))
                    .pValue();
            adjusted = Arrays.stream(FalseDiscovery.adjusted(pValues)).min().orElse(1);
            if (adjusted <= LEVEL || pValues[i] > LEVEL) {
                break;
            }
        }
        return adjusted;
    }

    /** Of two sorted samples' distribution functions at the most. */
    private static double distance(double[] first, double[] second) {
        double greatest = 0;
        int i = 0;
        int j = 0;
        while (i < first.length && j < second.length) {
            double value = Math.min(first[i], second[j]);
            while (i < first.length && first[i] == value) {
                i++;
            }
            while (j < second.length && second[j] == value) {
                j++;
            }
            greatest = Math.max(greatest, Math.abs((double) i / first.length - (double) j / second.length));
        }
        return greatest;
    }

    private static double[][] columns(float[][] rows) {
        var columns = new double[rows[0].length][rows.length];
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < columns.length; j++) {
                columns[j][i] = rows[i][j];
            }
        }
        return columns;
    }

    private static float[][] rounded(float[][] rows) {
        return Arrays.stream(rows)
                .map(row -> HalfPrecision.floats(Objects.requireNonNull(HalfPrecision.of(row), "not finite")))
                .toArray(float[][]::new);
    }
}
