package dev.millrace.models.training;

import dev.millrace.models.evaluation.CorpusMail;

/** A labelled mail as the heads see it. Immutable; its vectors are not to be written to. */
final class EncodedMail {
    private final CorpusMail mail;
    private final float[] embedding;
    private final float[] features;
    private final int textLength;
    private final int tokenCount;
    private final int unknownTokenCount;
    private final String textKey;

    /**
     * @param embedding of shape (E)
     * @param features of shape (F), as extracted
     * @param textLength of the model text, in UTF-16 units
     * @param tokenCount tokens of the model text before truncation
     * @param unknownTokenCount how many of those the vocabulary does not know
     * @param textKey equal for mails whose texts are repeats of each other
     */
    EncodedMail(
            CorpusMail mail,
            float[] embedding,
            float[] features,
            int textLength,
            int tokenCount,
            int unknownTokenCount,
            String textKey) {
        this.mail = mail;
        this.embedding = embedding;
        this.features = features;
        this.textLength = textLength;
        this.tokenCount = tokenCount;
        this.unknownTokenCount = unknownTokenCount;
        this.textKey = textKey;
    }

    CorpusMail mail() {
        return mail;
    }

    float[] embedding() {
        return embedding;
    }

    float[] features() {
        return features;
    }

    int textLength() {
        return textLength;
    }

    int tokenCount() {
        return tokenCount;
    }

    /** Share of the tokens that the vocabulary does not know, 0 to 1. */
    double unknownTokenShare() {
        return (double) unknownTokenCount / tokenCount;
    }

    String textKey() {
        return textKey;
    }
}
