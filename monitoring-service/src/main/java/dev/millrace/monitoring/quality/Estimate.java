package dev.millrace.monitoring.quality;

import dev.millrace.drift.quality.Interval;
import dev.millrace.drift.quality.LabelFree;
import dev.millrace.drift.quality.ScoreCalibration;
import dev.millrace.drift.window.DriftReport;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The accuracy of a window's predictions without their labels, as far as it can be told.
 *
 * @param start of the window, in event time
 * @param rows predictions in it
 * @param accuracy to expect if the scores mean what they meant
 * @param standing whether they do
 */
record Estimate(Instant start, long rows, @Nullable Interval accuracy, Standing standing) {
    /** Labels of longer ago confirm nothing. */
    private static final Duration FRESH = Duration.ofDays(7);

    /** Whether scores still mean what they meant. */
    enum Standing {
        /** The last labels agree with the scores. */
        CONFIRMED,
        /** There are too few labels, or none of the week before the window. That labels change while inputs do not, no input can tell. */
        NOT_IDENTIFIABLE_WITHOUT_LABELS,
        /** The last labels contradict the scores: the figure is what was to be expected, and is not so. */
        NOT_IDENTIFIABLE_CONTRADICTED
    }

    /** Of a window, by what labels say of its model version, if any came. */
    static Estimate of(DriftReport window, double threshold, @Nullable QualityReport labels) {
        var calibration = labels == null ? null : labels.calibration();
        var estimate = new LabelFree(calibration == null ? ScoreCalibration.asScored() : calibration, threshold);
        long rows = 0;
        for (var count : window.scores()) {
            estimate.add(count.score(), count.rows());
            rows += count.rows();
        }
        return new Estimate(window.start(), rows, estimate.accuracy(), standing(window.start(), labels));
    }

    private static Standing standing(Instant start, @Nullable QualityReport labels) {
        if (labels == null
                || labels.blocks().isEmpty()
                || labels.calibration() == null
                || labels.blocks().getLast().end().plus(FRESH).isBefore(start)) {
            return Standing.NOT_IDENTIFIABLE_WITHOUT_LABELS;
        }
        return labels.contradicted() ? Standing.NOT_IDENTIFIABLE_CONTRADICTED : Standing.CONFIRMED;
    }
}
