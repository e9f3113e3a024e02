package dev.millrace.models.training;

/**
 * How a head is trained.
 *
 * @param hidden hidden units of one member, 0 for a head without a hidden layer
 * @param members networks that differ in their seed alone and whose logits are averaged; 1 without a hidden layer
 * @param epochs passes over the training set
 * @param learningRate at the start; falls to 0 along a cosine
 * @param weightDecay of AdamW
 * @param dropout share of hidden units left out in a step
 * @param hardHamWeight how much a mail of {@code hard-ham-1} counts for; others count for 1
 */
record HeadSettings(
        int hidden,
        int members,
        int epochs,
        float learningRate,
        float weightDecay,
        float dropout,
        float hardHamWeight) {
    static final int BATCH = 64;

    HeadSettings {
        if (hidden < 0 || members < 1 || epochs < 1 || (hidden == 0 && members > 1)) {
            throw new IllegalArgumentException("hidden %d, members %d, epochs %d".formatted(hidden, members, epochs));
        }
    }

    /** For the card. */
    String text() {
        String layer = hidden == 0
                ? "no hidden layer"
                : "%d × %d hidden units, dropout %s".formatted(members, hidden, dropout);
        return "%s, %d epochs, learning rate %s, weight decay %s, hard ham counts %s"
                .formatted(layer, epochs, learningRate, weightDecay, hardHamWeight);
    }
}
