package dev.millrace.drift.window;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a window says of one series, or of the embeddings, whose figures are those of other tests: see {@link EmbeddingReport}.
 *
 * @param rows values counted
 * @param invalid values that are not finite
 * @param statistic the Kolmogorov–Smirnov distance, of embeddings the area under the classifier's ROC curve; or null if rows are
 *     too few
 * @param pValue of the combined test, or null likewise
 * @param adjustedPValue the same for all series looked at together, or null likewise
 * @param effect Cliff's delta: how much likelier a row of the window is the greater one of a pair than one of training,
 *     −1 to 1, of embeddings for the classifier; or null likewise
 * @param stability the population stability index over ten bins, or null likewise and of embeddings
 * @param share of the evidence of all series, 0 to 1; or null likewise
 * @param examples ids of up to ten uploads whose values are the unlikeliest in training; empty unless it drifted
 * @param embedding what else is known of embeddings, or null of a series or if rows are too few
 */
public record SeriesReport(
        String series,
        State state,
        long rows,
        long invalid,
        @Nullable Double statistic,
        @Nullable Double pValue,
        @Nullable Double adjustedPValue,
        @Nullable Double effect,
        @Nullable Double stability,
        @Nullable Double share,
        List<String> examples,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable EmbeddingReport embedding) {

    public SeriesReport {
        examples = List.copyOf(examples);
    }

    static SeriesReport tooFewRows(String series, long rows, long invalid) {
        return new SeriesReport(
                series, State.TOO_FEW_ROWS, rows, invalid, null, null, null, null, null, null, List.of(), null);
    }

    /** What the figures say. */
    public enum State {
        TOO_FEW_ROWS,
        STABLE,
        DRIFTED
    }
}
