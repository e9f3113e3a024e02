package dev.millrace.drift.quality;

import org.jspecify.annotations.Nullable;

/**
 * Accuracy without labels: if the scores still mean what they meant, the mean probability that a choice is right is the accuracy
 * to expect (confidence-based performance estimation, as NannyML calls it). The interval holds chance, for accuracy is that of
 * the window's own rows, and what is not known of the calibration. Right is what lies on the right side of the positive label:
 * scores tell nothing of the others apart.
 *
 * <p>Whether the scores still mean the same no input can tell: where labels change and inputs do not, inputs and scores look as
 * ever. So the estimate holds under that condition alone, which only labels can confirm.
 */
public final class LabelFree {
    private final ScoreCalibration calibration;
    private final double threshold;
    private long rows;
    private double right;
    private double variance;
    private final double[] gradient = new double[3];

    /** @param threshold the score from which the positive label is chosen */
    public LabelFree(ScoreCalibration calibration, double threshold) {
        this.calibration = calibration;
        this.threshold = threshold;
    }

    /** Takes in rows of one score. */
    public void add(double score, long count) {
        boolean predicted = score >= threshold;
        double p = calibration.probability(score);
        rows += count;
        right += count * (predicted ? p : 1 - p);
        variance += count * p * (1 - p);
        double[] one = calibration.gradient(score);
        for (int i = 0; i < one.length; i++) {
            gradient[i] += (predicted ? 1 : -1) * count * one[i];
        }
    }

    /** The accuracy to expect of the rows taken in, or null if there are none. */
    public @Nullable Interval accuracy() {
        if (rows == 0) {
            return null;
        }
        return Interval.ofShare(right / rows, Math.sqrt(variance + calibration.variance(gradient)) / rows);
    }
}
