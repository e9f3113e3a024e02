package dev.millrace.bench.drift;

import dev.millrace.drift.profile.Grid;
import dev.millrace.drift.stats.Categories;
import dev.millrace.drift.stats.Combined;
import dev.millrace.drift.stats.Divergences;
import dev.millrace.drift.stats.KolmogorovSmirnov;
import dev.millrace.drift.stats.OrderedCounts;
import dev.millrace.drift.stats.RankTests;
import dev.millrace.drift.stats.Wasserstein;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.ToDoubleBiFunction;
import java.util.stream.DoubleStream;

/** A detector of drift in one series: what p-value it gives to a reference and a window. */
public enum Detector {
    COMBINED((reference, current) ->
            Combined.test(OrderedCounts.ofSamples(reference, current)).pValue()),
    GRID(Detector::onGrid),
    KOLMOGOROV_SMIRNOV((reference, current) ->
            KolmogorovSmirnov.test(OrderedCounts.ofSamples(reference, current)).pValue()),
    MANN_WHITNEY((reference, current) ->
            RankTests.mannWhitney(OrderedCounts.ofSamples(reference, current)).pValue()),
    MOOD((reference, current) ->
            RankTests.mood(OrderedCounts.ofSamples(reference, current)).pValue()),
    STABILITY_INDEX(Detector::stability),
    WASSERSTEIN((reference, current) -> Wasserstein.test(
                    OrderedCounts.ofSamples(reference, current), 999, new SplittableRandom(current.length))
            .pValue()),
    CHI_SQUARE((reference, current) ->
            Categories.guarded(histogram(reference), histogram(current)).pValue());

    private static final int MOST_CATEGORIES = 50;
    private static final int STABILITY_BINS = 10;

    private final ToDoubleBiFunction<double[], double[]> pValue;

    Detector(ToDoubleBiFunction<double[], double[]> pValue) {
        this.pValue = pValue;
    }

    double pValue(double[] reference, double[] current) {
        return pValue.applyAsDouble(reference, current);
    }

    /** The combined test as monitoring runs it. */
    private static double onGrid(double[] reference, double[] current) {
        var grid = Grid.of(reference);
        return Combined.test(OrderedCounts.of(grid.values(), grid.count(reference), grid.count(current)))
                .pValue();
    }

    /** Over ten bins of the pooled sample, which holds whether bins are chosen by the reference or not. */
    private static double stability(double[] reference, double[] current) {
        double[] sorted = DoubleStream.concat(Arrays.stream(reference), Arrays.stream(current))
                .sorted()
                .toArray();
        double[] edges = new double[STABILITY_BINS - 1];
        for (int i = 0; i < edges.length; i++) {
            edges[i] = sorted[sorted.length * (i + 1) / STABILITY_BINS];
        }
        double[] distinct = Arrays.stream(edges).distinct().toArray();
        var bins = Grid.ofEdges(distinct);
        return Divergences.stability(bins.count(reference), bins.count(current)).pValue();
    }

    private static long[] histogram(double[] sample) {
        var counts = new long[MOST_CATEGORIES];
        for (double value : sample) {
            counts[(int) value]++;
        }
        return counts;
    }
}
