package dev.millrace.monitoring.drift;

import java.util.List;

/**
 * How one series was spread in training.
 *
 * @param count rows it was made of, 1 or more
 * @param quantiles the quantiles at equal steps from the least to the greatest value, ascending and finite, 2 or more
 * @param ranks for each quantile, how many rows were at most that; tells exactly how heavy repeated values are
 */
record Reference(String name, long count, List<Double> quantiles, List<Long> ranks) {

    Reference {
        quantiles = List.copyOf(quantiles);
        ranks = List.copyOf(ranks);
        if (count < 1) {
            throw new IllegalArgumentException("%s.count: %d (expected: 1 or more)".formatted(name, count));
        }
        if (quantiles.size() < 2 || quantiles.size() != ranks.size()) {
            throw new IllegalArgumentException("%s: %d quantiles, %d ranks (expected: as many of both, 2 or more)"
                    .formatted(name, quantiles.size(), ranks.size()));
        }
        for (int i = 0; i < quantiles.size(); i++) {
            boolean falls = i > 0 && (quantiles.get(i) < quantiles.get(i - 1) || ranks.get(i) < ranks.get(i - 1));
            if (falls || !Double.isFinite(quantiles.get(i)) || ranks.get(i) < 0 || ranks.get(i) > count) {
                throw new IllegalArgumentException("%s.quantiles[%d]: %s, rank %d (expected: ascending, finite)"
                        .formatted(name, i, quantiles.get(i), ranks.get(i)));
            }
        }
    }

    /** A reference of which only the quantiles are known: the ranks are what the quantiles' own steps say. */
    static Reference ofQuantiles(String name, long count, List<Double> quantiles) {
        int steps = quantiles.size() - 1;
        var ranks = new Long[quantiles.size()];
        for (int i = steps; i >= 0; i--) {
            boolean repeated = i < steps && quantiles.get(i).equals(quantiles.get(i + 1));
            ranks[i] = repeated ? ranks[i + 1] : Long.valueOf(Math.round((double) count * i / steps));
        }
        return new Reference(name, count, quantiles, List.of(ranks));
    }
}
