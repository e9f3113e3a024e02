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

    /**
     * With the variance of E. R. DeLong, D. M. DeLong and D. L. Clarke-Pearson: Comparing the areas, Biometrics 44, 1988, by
     * midranks as X. Sun and W. Xu (2014) do.
     */
    private static @Nullable Interval rocAuc(List<Labelled> rows) {
        double[] positive = scores(rows, true);
        double[] negative = scores(rows, false);
        if (positive.length == 0 || negative.length == 0) {
            return null;
        }
        double[] below = sharesBelow(positive, negative);
        double area = Arrays.stream(below).average().orElseThrow();
        double[] above = sharesBelow(negative, positive);
        double variance = variance(below) / positive.length + variance(above) / negative.length;
        return Interval.ofShare(area, Math.sqrt(variance));
    }

    private static double[] scores(List<Labelled> rows, boolean positive) {
        return rows.stream()
                .filter(row -> row.positive() == positive)
                .mapToDouble(Labelled::score)
                .toArray();
    }

    /** For each of {@code scores}, the share of {@code others} that lie below it, ties counting half; both ascending. */
    private static double[] sharesBelow(double[] scores, double[] others) {
        var shares = new double[scores.length];
        int less = 0;
        int notMore = 0;
        for (int i = 0; i < scores.length; i++) {
            while (less < others.length && others[less] < scores[i]) {
                less++;
            }
            while (notMore < others.length && others[notMore] <= scores[i]) {
                notMore++;
            }
            shares[i] = (less + notMore) / 2.0 / others.length;
        }
        return shares;
    }

    /** Of a sample, or 0 for a single row. */
    private static double variance(double[] values) {
        double mean = Arrays.stream(values).average().orElse(0);
        double sum = Arrays.stream(values).map(x -> (x - mean) * (x - mean)).sum();
        return values.length < 2 ? 0 : sum / (values.length - 1);
    }

    private static @Nullable Interval brier(List<Labelled> rows) {
        if (rows.isEmpty()) {
            return null;
        }
        double[] errors = rows.stream()
                .mapToDouble(row -> (row.score() - truth(row)) * (row.score() - truth(row)))
                .toArray();
        return Interval.ofShare(
                Arrays.stream(errors).average().orElseThrow(), Math.sqrt(variance(errors) / errors.length));
    }

    private static double truth(Labelled row) {
        return row.positive() ? 1 : 0;
    }
}
