package dev.millrace.drift.quality;

/**
 * A prediction whose truth is known. Of more than two labels, all but the positive one count as negative, and a prediction that
 * takes one of them for another is wrong all the same.
 *
 * @param score probability of the positive label, 0 to 1
 * @param predicted whether the positive label was chosen
 * @param positive whether it is the true one
 * @param right whether the label that was chosen is the true one; only if {@code predicted} and {@code positive} agree
 */
public record Labelled(double score, boolean predicted, boolean positive, boolean right) {
    public Labelled {
        if (!(score >= 0 && score <= 1)) {
            throw new IllegalArgumentException("score: %s (expected: 0 to 1)".formatted(score));
        }
        if (right && predicted != positive) {
            throw new IllegalArgumentException(
                    "right: true (expected: false where one label is positive and one is not)");
        }
    }

    /** Of two labels. */
    public Labelled(double score, boolean predicted, boolean positive) {
        this(score, predicted, positive, predicted == positive);
    }

    /** Whether it is on the right side of the positive label, which is all that the score speaks of. */
    boolean isOnItsSide() {
        return predicted == positive;
    }

    /** Probability of {@link #isOnItsSide()}, if the score is right. */
    double confidence() {
        return predicted ? score : 1 - score;
    }
}
