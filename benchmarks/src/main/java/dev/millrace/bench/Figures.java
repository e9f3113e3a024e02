package dev.millrace.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects figures run by run. Not safe to share between threads. */
final class Figures {
    private final Map<String, Series> series = new LinkedHashMap<>();

    private record Series(String name, String variant, String unit, List<Double> runs, String goal) {}

    void add(String name, String variant, String unit, double value) {
        add(name, variant, unit, value, "");
    }

    void add(String name, String variant, String unit, double value, String goal) {
        series.computeIfAbsent(name + "\n" + variant, key -> new Series(name, variant, unit, new ArrayList<>(), goal))
                .runs()
                .add(value);
    }

    /** Adds, run by run, what part the values of one variant are of another's. */
    void addRatio(String name, String variant, String of, String to, String goal) {
        var numerator = series.get(of);
        var denominator = series.get(to);
        if (numerator == null || denominator == null) {
            throw new IllegalArgumentException("ratio: %s to %s (expected: of what was measured)".formatted(of, to));
        }
        for (int i = 0; i < Math.min(numerator.runs().size(), denominator.runs().size()); i++) {
            add(name, variant, "", numerator.runs().get(i) / denominator.runs().get(i), goal);
        }
    }

    List<Figure> all() {
        return series.values().stream()
                .map(one -> new Figure(one.name(), one.variant(), one.unit(), one.runs(), one.goal()))
                .toList();
    }
}
