package dev.millrace.monitoring.quality;

import dev.millrace.drift.online.ChangeDetector.Change;
import dev.millrace.drift.quality.LabelBlock;
import dev.millrace.monitoring.drift.DriftDetected.State;
import java.time.Instant;

/**
 * An alert: labels say that a model version does worse than its scores let expect, or does as well as they say again. One is open
 * at a time for each version.
 *
 * @param id the same however often it is sent
 * @param kind {@value #KIND}, which tells it from other alerts
 * @param model name and version, as in {@code spam/2}
 * @param offset of the last feedback of the block that decided it
 * @param end when that feedback came
 * @param block that decided it
 * @param errors where the share of errors has gone, as the online detector sees it
 */
public record QualityDetected(
        String id, String kind, State state, String model, long offset, Instant end, LabelBlock block, Change errors) {
    public static final String KIND = "QUALITY";

    @SuppressWarnings("ConstantValue") // JSON may leave out what the record's type says is there.
    public QualityDetected {
        if (id == null || state == null || model == null || end == null || block == null || errors == null) {
            throw new IllegalArgumentException("alert: incomplete (expected: id, state, model, end, block and errors)");
        }
    }

    static QualityDetected of(String model, Block block, State state) {
        return new QualityDetected(
                "%s/%s/%d/%s".formatted(model, KIND, block.offset(), state),
                KIND,
                state,
                model,
                block.offset(),
                block.end(),
                block.labels(),
                block.errors());
    }
}
