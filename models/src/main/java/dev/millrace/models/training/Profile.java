package dev.millrace.models.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The reference for drift: how each series was spread over the training mails. The scores are those of cross-validation,
 * since a head scores the mails it was trained on too surely.
 */
record Profile(List<Series> series) {
    private static final int STEPS = 20;
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    Profile {
        series = List.copyOf(series);
    }

    /**
     * One series.
     *
     * @param name {@code score}, {@code text_length}, {@code token_count} or an engineered feature's
     * @param count values it was made of
     * @param quantiles at 0 %, 5 % … 100 %: each the smallest value with at least that share of values at or below it
     * @param ranks for each quantile, how many values are at most that
     * @param standardDeviation of the population
     */
    record Series(
            String name,
            int count,
            List<Double> quantiles,
            List<Integer> ranks,
            double mean,
            double standardDeviation) {}

    static Series series(String name, double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        var quantiles = new ArrayList<Double>();
        var ranks = new ArrayList<Integer>();
        for (int step = 0; step <= STEPS; step++) {
            int at = Math.max(0, (int) Math.ceil((double) step * sorted.length / STEPS) - 1);
            double quantile = sorted[at];
            quantiles.add(quantile);
            ranks.add((int)
                    Arrays.stream(sorted).filter(value -> value <= quantile).count());
        }
        double mean = Arrays.stream(sorted).average().orElseThrow();
        double variance = Arrays.stream(sorted)
                .map(value -> (value - mean) * (value - mean))
                .average()
                .orElseThrow();
        return new Series(name, sorted.length, quantiles, ranks, mean, Math.sqrt(variance));
    }

    String toJson() {
        return JSON.writeValueAsString(this) + "\n";
    }
}
