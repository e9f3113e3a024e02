package dev.millrace.drift.stats;

import java.util.stream.IntStream;

/**
 * Chooses among many p-values. Benjamini and Yekutieli's procedure keeps the expected share of false ones below a level
 * whatever depends on what; if nothing drifted, that is the probability of choosing anything at all
 * (Y. Benjamini, D. Yekutieli: The control of the false discovery rate in multiple testing under dependency, Annals of
 * Statistics 29(4), 2001).
 */
public final class FalseDiscovery {
    private FalseDiscovery() {}

    /**
     * The adjusted p-values: those at most the level are chosen.
     *
     * @param pValues of shape (K)
     * @return of shape (K), in the order of {@code pValues}
     */
    public static double[] adjusted(double[] pValues) {
        int size = pValues.length;
        double harmonic =
                IntStream.rangeClosed(1, size).mapToDouble(k -> 1.0 / k).sum();
        var order = IntStream.range(0, size)
                .boxed()
                .sorted((a, b) -> Double.compare(pValues[b], pValues[a]))
                .toList();
        var adjusted = new double[size];
        double least = 1;
        for (int i = 0; i < size; i++) {
            int index = order.get(i);
            least = Math.min(least, pValues[index] * size * harmonic / (size - i));
            adjusted[index] = least;
        }
        return adjusted;
    }
}
