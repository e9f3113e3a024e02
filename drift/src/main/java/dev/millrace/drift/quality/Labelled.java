package dev.millrace.drift.quality;

/**
 * A prediction whose truth is known.
 *
 * @param score probability of the positive label, 0 to 1
 * @param predicted whether the positive label was chosen
 * @param positive whether it is the true one
 */
public record Labelled(double score, boolean predicted, boolean positive) {
    public Labelled {
        if (!(score >= 0 && score <= 1)) {
            throw new IllegalArgumentException("score: %s (expected: 0 to 1)".formatted(score));
        }
    }

    boolean isRight() {
        return predicted == positive;
    }

    /** Probability that the choice is right, if the score is. */
    double confidence() {
        return predicted ? score : 1 - score;
    }
}
