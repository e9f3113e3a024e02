package dev.millrace.bench;

import java.util.List;

/**
 * One quantity, measured several times.
 *
 * @param name what was measured
 * @param variant of what, as {@code cache on}
 * @param unit as {@code ms}
 * @param runs one value a run, in the order in which they were made, one or more
 * @param goal what is hoped for, in words; empty if nothing is
 */
public record Figure(String name, String variant, String unit, List<Double> runs, String goal) {
    public Figure {
        if (runs.isEmpty()) {
            throw new IllegalArgumentException("runs: none (expected: one or more)");
        }
        runs = List.copyOf(runs);
    }

    public double median() {
        var sorted = runs.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    public double least() {
        return runs.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    }

    public double most() {
        return runs.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
    }
}
