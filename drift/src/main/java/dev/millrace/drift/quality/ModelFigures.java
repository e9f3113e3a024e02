package dev.millrace.drift.quality;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How well a model did, each figure with its interval of 95 %, or null if there is nothing to make it of. The same rows give the
 * same figures, in whatever order. Accuracy is by label, all else of the positive label against the others.
 *
 * @param rows predictions whose truth is known
 * @param accuracy share that was right
 * @param precision share of those called positive that are
 * @param recall share of the positive that were called so
 * @param f1 harmonic mean of the two
 * @param rocAuc probability that a positive row has the higher score than a negative one
 * @param brier mean squared error of the score
 * @param calibrationError expected calibration error over ten bins of as many rows each; an interval from 0 on says that the scores
 *     may mean what they say
 */
public record ModelFigures(
        int rows,
        @Nullable Interval accuracy,
        @Nullable Interval precision,
        @Nullable Interval recall,
        @Nullable Interval f1,
        @Nullable Interval rocAuc,
        @Nullable Interval brier,
        @Nullable Interval calibrationError) {
    /** Rows below which the errors among them may be all small by chance, and their variance too. */
    private static final int FEW = 100;
    /** A variance that is nothing but rounding. */
    private static final double NONE = 1e-15;

    private static final Comparator<Labelled> ORDER = Comparator.comparingDouble(Labelled::score)
            .thenComparing(Labelled::positive)
            .thenComparing(Labelled::predicted);

    /** Of any number of rows. */
    public static ModelFigures of(List<Labelled> unordered) {
        var rows = unordered.stream().sorted(ORDER).toList();
        long right = rows.stream().filter(Labelled::right).count();
        long called = rows.stream().filter(Labelled::predicted).count();
        long positive = rows.stream().filter(Labelled::positive).count();
        long both =
                rows.stream().filter(row -> row.predicted() && row.positive()).count();
        return new ModelFigures(
                rows.size(),
                Interval.ofShare(right, rows.size()),
                Interval.ofShare(both, called),
                Interval.ofShare(both, positive),
                f1(both, called + positive - both),
                rocAuc(rows),
                brier(rows),
                CalibrationError.of(rows));
    }

    /** With J = true positives / (all but true negatives), a share of counted things, it is 2 J / (1 + J), which grows with J. */
    private static @Nullable Interval f1(long both, long either) {
        var share = Interval.ofShare(both, either);
        return share == null
                ? null
                : new Interval(
                        2 * share.value() / (1 + share.value()),
                        2 * share.low() / (1 + share.low()),
                        2 * share.high() / (1 + share.high()));
    }

    private static @Nullable Interval rocAuc(List<Labelled> rows) {
        double[] positive = scores(rows, true);
        double[] negative = scores(rows, false);
        return positive.length == 0 || negative.length == 0
                ? null
                : Interval.ofArea(areaBelow(positive, negative), positive.length, negative.length);
    }

    private static double[] scores(List<Labelled> rows, boolean positive) {
        return rows.stream()
                .filter(row -> row.positive() == positive)
                .mapToDouble(Labelled::score)
                .toArray();
    }

    /** The share of {@code others} below one of {@code scores}, the mean of all; ties count half. Both ascending. */
    private static double areaBelow(double[] scores, double[] others) {
        long twice = 0;
        int below = 0;
        int notAbove = 0;
        for (double score : scores) {
            while (below < others.length && others[below] < score) {
                below++;
            }
            while (notAbove < others.length && others[notAbove] <= score) {
                notAbove++;
            }
            twice += below + notAbove;
        }
        return twice / 2.0 / scores.length / others.length;
    }

    /** Of a sample of two or more. */
    private static double variance(double[] values) {
        double mean = Arrays.stream(values).average().orElse(0);
        double sum = Arrays.stream(values).map(x -> (x - mean) * (x - mean)).sum();
        return sum / (values.length - 1);
    }

    /** By the errors' variance; of few rows, or rows that all have one error, by the largest that there can be. */
    private static @Nullable Interval brier(List<Labelled> rows) {
        if (rows.isEmpty()) {
            return null;
        }
        double[] errors = rows.stream()
                .mapToDouble(row -> (row.score() - truth(row)) * (row.score() - truth(row)))
                .toArray();
        double mean = Arrays.stream(errors).average().orElseThrow();
        return errors.length < FEW || variance(errors) < NONE
                ? Interval.ofMean(mean, errors.length)
                : Interval.ofShare(mean, Math.sqrt(variance(errors) / errors.length));
    }

    private static double truth(Labelled row) {
        return row.positive() ? 1 : 0;
    }
}
