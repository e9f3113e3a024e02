package dev.millrace.models.evaluation;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * How good the scores of some mails are. Spam is the positive label. A figure that is not defined, as precision where
 * nothing was called spam or AUC where only one label occurs, is NaN.
 *
 * @param truePositives spam called spam
 * @param falsePositives ham called spam
 * @param falseNegatives spam called ham
 * @param trueNegatives ham called ham
 * @param auc area under the ROC curve: the probability that spam scores above ham, ties counted half
 * @param calibrationError expected calibration error (ECE, Guo et al. 2017, https://arxiv.org/abs/1706.04599): the
 *     scores of spam in {@value #BINS} bins of equal width, mean distance of a bin's mean score from its share of
 *     spam, weighted by the bin's size
 */
public record Metrics(
        int truePositives,
        int falsePositives,
        int falseNegatives,
        int trueNegatives,
        double auc,
        double calibrationError) {
    private static final int BINS = 15;

    /**
     * Judges scores.
     *
     * @param threshold the score from which a mail is called spam
     */
    public static Metrics of(List<ScoredMail> mails, double threshold) {
        int[][] counts = new int[2][2];
        for (var mail : mails) {
            counts[mail.spam() ? 1 : 0][mail.score() >= threshold ? 1 : 0]++;
        }
        return new Metrics(counts[1][1], counts[0][1], counts[1][0], counts[0][0], auc(mails), calibrationError(mails));
    }

    public int count() {
        return truePositives + falsePositives + falseNegatives + trueNegatives;
    }

    public double accuracy() {
        return ratio(truePositives + trueNegatives, count());
    }

    public double precision() {
        return ratio(truePositives, truePositives + falsePositives);
    }

    public double recall() {
        return ratio(truePositives, truePositives + falseNegatives);
    }

    /** Harmonic mean of precision and recall. */
    public double f1() {
        return truePositives + falseNegatives == 0
                ? Double.NaN
                : ratio(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives);
    }

    /** From the ranks of the scores (Mann-Whitney U). */
    private static double auc(List<ScoredMail> mails) {
        var sorted = mails.stream()
                .sorted(Comparator.comparingDouble(ScoredMail::score))
                .toArray(ScoredMail[]::new);
        long positives = Arrays.stream(sorted).filter(ScoredMail::spam).count();
        long negatives = sorted.length - positives;
        double rankSum = 0;
        for (int start = 0; start < sorted.length; ) {
            int end = start;
            int spam = 0;
            while (end < sorted.length && sorted[end].score() == sorted[start].score()) {
                spam += sorted[end++].spam() ? 1 : 0;
            }
            // Ranks start + 1 to end share their mean.
            rankSum += spam * (start + 1 + end) / 2.0;
            start = end;
        }
        return positives == 0 || negatives == 0
                ? Double.NaN
                : (rankSum - positives * (positives + 1) / 2.0) / (positives * (double) negatives);
    }

    private static double calibrationError(List<ScoredMail> mails) {
        double[] distances = new double[BINS];
        for (var mail : mails) {
            int bin = Math.min((int) (mail.score() * BINS), BINS - 1);
            distances[bin] += mail.score() - (mail.spam() ? 1 : 0);
        }
        return mails.isEmpty()
                ? Double.NaN
                : Arrays.stream(distances).map(Math::abs).sum() / mails.size();
    }

    private static double ratio(int part, int whole) {
        return whole == 0 ? Double.NaN : (double) part / whole;
    }
}
