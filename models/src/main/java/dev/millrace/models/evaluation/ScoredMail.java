package dev.millrace.models.evaluation;

/**
 * What a model answered for a labelled mail.
 *
 * @param id of the mail in the corpus
 * @param spam whether it is unwanted
 * @param score the probability of spam the model gave, 0 to 1
 */
public record ScoredMail(String id, String group, boolean spam, double score) {
    public ScoredMail {
        if (!(score >= 0 && score <= 1)) {
            throw new IllegalArgumentException("score: %s (expected: 0 to 1)".formatted(score));
        }
    }
}
