package dev.millrace.monitoring.drift;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.stream.DoubleStream;

/** References as training makes them. */
final class Samples {
    private Samples() {}

    static Reference reference(String name, DoubleStream values) {
        double[] sorted = values.sorted().toArray();
        var quantiles = new ArrayList<Double>();
        var ranks = new ArrayList<Long>();
        for (int step = 0; step <= 20; step++) {
            double quantile = sorted[Math.max(0, (int) Math.ceil(step / 20.0 * sorted.length) - 1)];
            quantiles.add(quantile);
            ranks.add(Arrays.stream(sorted).filter(value -> value <= quantile).count());
        }
        return new Reference(name, sorted.length, quantiles, ranks);
    }
}
