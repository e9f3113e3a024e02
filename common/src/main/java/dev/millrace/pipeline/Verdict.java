package dev.millrace.pipeline;

import dev.millrace.contract.ErrorCode;
import dev.millrace.contract.v1.PredictionMade;
import dev.millrace.stage.PermanentFailureException;

/**
 * Label and score of a prediction.
 *
 * @param score probability of the pipeline's positive label, 0 to 1
 * @param threshold the score from which that label is chosen, 0 to 1
 */
public record Verdict(String label, double score, double threshold) {
    /**
     * The positive label if its probability reaches the threshold, else the likeliest of the others.
     *
     * @throws PermanentFailureException if the prediction does not fit the pipeline
     */
    public static Verdict of(Pipeline pipeline, PredictionMade prediction) {
        int positive = prediction.getLabelsList().indexOf(pipeline.positiveLabel());
        if (positive < 0 || prediction.getProbabilitiesCount() != prediction.getLabelsCount()) {
            throw new PermanentFailureException(
                    ErrorCode.INVALID_MODEL_OUTPUT,
                    "labels: %s with %d probabilities (expected: '%s' among them, one probability each)"
                            .formatted(
                                    prediction.getLabelsList(),
                                    prediction.getProbabilitiesCount(),
                                    pipeline.positiveLabel()));
        }
        double score = prediction.getProbabilities(positive);
        if (!(score >= 0 && score <= 1)) {
            throw new PermanentFailureException(
                    ErrorCode.INVALID_MODEL_OUTPUT, "score: %s (expected: 0 to 1)".formatted(score));
        }
        if (score >= pipeline.threshold() || prediction.getLabelsCount() == 1) {
            return new Verdict(pipeline.positiveLabel(), score, pipeline.threshold());
        }
        int likeliest = positive == 0 ? 1 : 0;
        for (int i = 0; i < prediction.getLabelsCount(); i++) {
            if (i != positive && prediction.getProbabilities(i) > prediction.getProbabilities(likeliest)) {
                likeliest = i;
            }
        }
        return new Verdict(prediction.getLabels(likeliest), score, pipeline.threshold());
    }
}
