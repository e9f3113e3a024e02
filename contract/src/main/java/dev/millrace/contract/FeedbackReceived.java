package dev.millrace.contract;

import java.time.Instant;
import java.util.UUID;

/**
 * What {@code feedback.received.v1} carries as JSON: what an upload truly was, beside what was predicted. The last one of an
 * upload counts.
 *
 * @param id upload id, the record's key
 * @param attempt whose prediction it was
 * @param label the true one
 * @param predicted the label that was chosen
 * @param score probability of {@code positiveLabel}, 0 to 1
 * @param threshold the score from which that label was chosen, 0 to 1
 * @param model that predicted
 * @param acceptedAt when the upload was accepted
 * @param receivedAt when the feedback came
 */
public record FeedbackReceived(
        UUID id,
        int attempt,
        String pipeline,
        String label,
        String predicted,
        String positiveLabel,
        double score,
        double threshold,
        UploadResult.Model model,
        Instant acceptedAt,
        Instant receivedAt) {

    @SuppressWarnings("ConstantValue") // JSON may leave out what the record's type says is there.
    public FeedbackReceived {
        if (id == null
                || pipeline == null
                || label == null
                || predicted == null
                || positiveLabel == null
                || model == null
                || model.name() == null
                || model.version() == null
                || acceptedAt == null
                || receivedAt == null) {
            throw new IllegalArgumentException(
                    "feedback: incomplete (expected: all fields, a model's name and version)");
        }
        if (!(score >= 0 && score <= 1) || !(threshold >= 0 && threshold <= 1)) {
            throw new IllegalArgumentException(
                    "score, threshold: %s, %s (expected: 0 to 1 each)".formatted(score, threshold));
        }
    }
}
