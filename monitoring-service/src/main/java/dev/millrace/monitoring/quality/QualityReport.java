package dev.millrace.monitoring.quality;

import dev.millrace.drift.quality.ModelFigures;
import dev.millrace.drift.quality.ScoreCalibration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What labels say of a model version.
 *
 * @param figures of all labels that are kept
 * @param slices the same of parts of them, as {@code pipeline=spam}
 * @param blocks of labels in the order in which they came, the oldest first
 * @param calibration what the scores mean by the labels, or null if they are too few
 * @param contradicted whether the last block says that they do not mean it any more
 */
record QualityReport(
        String model,
        ModelFigures figures,
        Map<String, ModelFigures> slices,
        List<Block> blocks,
        @Nullable ScoreCalibration calibration,
        boolean contradicted) {
    QualityReport {
        slices = Map.copyOf(slices);
        blocks = List.copyOf(blocks);
    }

    static QualityReport of(String model, ModelLabels labels) {
        return new QualityReport(
                model,
                labels.figures(),
                labels.slices(),
                labels.blocks(),
                labels.calibration(),
                labels.isContradicted());
    }
}
