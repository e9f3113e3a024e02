package dev.millrace.models.training;

import java.util.List;

/**
 * How mails become the rows a head is trained on: the embedding, scaled, or that and the features, standardised and cut
 * as the TorchScript of the heads does it.
 */
final class HeadInputs {
    /** As in the TorchScript of the multilayer head. */
    private static final float LIMIT = 10;

    /** Elements of an embedding of length 1 are small; scaled to about 1 they learn as fast as the features do. */
    static final float EMBEDDING_SCALE = 20;

    private final float[] mean;
    private final float[] standardDeviation;

    private HeadInputs(float[] mean, float[] standardDeviation) {
        this.mean = mean;
        this.standardDeviation = standardDeviation;
    }

    /** The embedding alone. */
    static HeadInputs embeddingOnly() {
        return new HeadInputs(new float[0], new float[0]);
    }

    /** The embedding and the features, standardised by what they are in {@code mails}. */
    static HeadInputs withFeatures(List<EncodedMail> mails) {
        int size = mails.getFirst().features().length;
        float[] mean = new float[size];
        float[] deviation = new float[size];
        for (int i = 0; i < size; i++) {
            int feature = i;
            double average = mails.stream()
                    .mapToDouble(mail -> mail.features()[feature])
                    .average()
                    .orElseThrow();
            double variance = mails.stream()
                    .mapToDouble(mail -> Math.pow(mail.features()[feature] - average, 2))
                    .average()
                    .orElseThrow();
            mean[i] = (float) average;
            // A feature that never varies says nothing; 1 keeps it finite.
            deviation[i] = variance < 1e-12 ? 1 : (float) Math.sqrt(variance);
        }
        return new HeadInputs(mean, deviation);
    }

    float[] mean() {
        return mean.clone();
    }

    float[] standardDeviation() {
        return standardDeviation.clone();
    }

    /** A row of shape (E) or (E + F). */
    float[] row(EncodedMail mail) {
        int embedding = mail.embedding().length;
        float[] row = new float[embedding + mean.length];
        for (int i = 0; i < embedding; i++) {
            row[i] = EMBEDDING_SCALE * mail.embedding()[i];
        }
        for (int i = 0; i < mean.length; i++) {
            row[embedding + i] = Math.clamp((mail.features()[i] - mean[i]) / standardDeviation[i], -LIMIT, LIMIT);
        }
        return row;
    }

    float[][] rows(List<EncodedMail> mails) {
        return mails.stream().map(this::row).toArray(float[][]::new);
    }
}
