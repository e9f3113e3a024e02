package dev.millrace.monitoring.quality;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.millrace.drift.online.ChangeDetector.Change;
import dev.millrace.drift.quality.LabelBlock;
import java.time.Instant;

/**
 * {@value LabelBlock#SIZE} labels of a model version, in the order in which they came.
 *
 * @param offset of the last one
 * @param end when that came
 * @param errors whether the share of errors moved meanwhile, by the online detector
 */
public record Block(long offset, Instant end, LabelBlock labels, Change errors) {
    /** Whether the model does worse than it should. */
    @JsonProperty("bad")
    boolean isBad() {
        return labels.contradicts() || errors == Change.UP;
    }
}
