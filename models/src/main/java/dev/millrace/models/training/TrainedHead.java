package dev.millrace.models.training;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A head to train.
 *
 * @param kind what it is and takes, one sentence for the card
 * @param inputs makes the rows from the mails it is trained on
 * @param candidates settings to choose from
 */
record TrainedHead(
        String version, String kind, Function<List<EncodedMail>, HeadInputs> inputs, List<HeadSettings> candidates) {

    /** Version 1: the simplest thing that works, and what others are compared with. */
    static TrainedHead logistic() {
        var candidates = new ArrayList<HeadSettings>();
        for (float decay : new float[] {0.3f, 1, 3}) {
            candidates.add(new HeadSettings(0, 1, 60, 0.003f, decay, 0, 1));
        }
        return new TrainedHead(
                "1",
                "A logistic regression on the embedding of the text.",
                mails -> HeadInputs.embeddingOnly(),
                candidates);
    }

    /** Version 2. */
    static TrainedHead multilayer() {
        var candidates = new ArrayList<HeadSettings>();
        for (float decay : new float[] {0.1f, 0.3f}) {
            for (float hardHam : new float[] {1, 2}) {
                candidates.add(new HeadSettings(64, 4, 30, 0.003f, decay, 0.5f, hardHam));
            }
        }
        return new TrainedHead(
                "2",
                "A network with one hidden layer on the embedding of the text and the engineered features `mail-v1`.",
                HeadInputs::withFeatures,
                candidates);
    }

    boolean takesFeatures() {
        return !version.equals("1");
    }
}
