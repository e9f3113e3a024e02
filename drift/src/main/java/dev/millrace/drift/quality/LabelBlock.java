package dev.millrace.drift.quality;

import java.util.List;
import java.util.function.Predicate;
import org.apache.commons.statistics.distribution.BinomialDistribution;

/**
 * What a block of labels says against the scores: whether the model is wrong more often than its scores let expect, and whether
 * the scores of those that it calls positive, or negative, are off. A score may be off by {@value #TOLERANCE} and is right enough.
 * Scores speak of the positive label alone: where there are more than two, errors among the others are counted and not judged.
 *
 * @param rows labels in the block
 * @param errors predictions that were wrong
 * @param expectedErrors by the scores, of the positive label against the others
 * @param accuracyPValue probability of as many errors of the positive label against the others if the scores are right
 * @param calibrationPValue of the labels of either prediction, the smaller times two
 */
public record LabelBlock(
        int rows, long errors, double expectedErrors, double accuracyPValue, double calibrationPValue) {
    /** Labels that make a block. */
    public static final int SIZE = 200;

    private static final double TOLERANCE = 0.01;
    private static final double LEVEL = 1e-3;

    /** Of one row or more. */
    public static LabelBlock of(List<Labelled> rows) {
        long errors = rows.stream().filter(row -> !row.right()).count();
        long judged = rows.stream().filter(row -> !row.isOnItsSide()).count();
        double expected = rows.stream().mapToDouble(row -> 1 - row.confidence()).sum();
        double calibration = Math.min(off(rows, Labelled::predicted), off(rows, row -> !row.predicted()));
        return new LabelBlock(
                rows.size(),
                errors,
                expected,
                atLeast(judged, rows.size(), expected / rows.size() + TOLERANCE),
                Math.min(1, 2 * calibration));
    }

    /**
     * Whether it says that the scores do not hold any more; by chance at most of one block in 500, and of far fewer
     * where scores are right to the point.
     */
    public boolean contradicts() {
        return accuracyPValue < LEVEL || calibrationPValue < LEVEL;
    }

    private static double off(List<Labelled> all, Predicate<Labelled> which) {
        var rows = all.stream().filter(which).toList();
        if (rows.isEmpty()) {
            return 1;
        }
        long positive = rows.stream().filter(Labelled::positive).count();
        double expected = rows.stream().mapToDouble(Labelled::score).average().orElseThrow();
        double more = atLeast(positive, rows.size(), expected + TOLERANCE);
        double fewer = atLeast(rows.size() - positive, rows.size(), 1 - expected + TOLERANCE);
        return Math.min(1, 2 * Math.min(more, fewer));
    }

    /**
     * Probability of as many, if each has its own probability of this mean: at most the binomial's beyond the mean (W. Hoeffding,
     * Annals of Mathematical Statistics 27, 1956).
     */
    private static double atLeast(long count, int rows, double mean) {
        if (count <= mean * rows) {
            return 1;
        }
        return mean >= 1 ? 1 : BinomialDistribution.of(rows, mean).survivalProbability((int) count - 1);
    }
}
