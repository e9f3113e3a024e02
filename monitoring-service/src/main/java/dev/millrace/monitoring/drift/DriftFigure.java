package dev.millrace.monitoring.drift;

import org.jspecify.annotations.Nullable;

/**
 * How far one series of one model version is from training.
 *
 * @param model name and version, as in {@code spam/2}
 * @param feature an engineered feature, {@code text_length}, {@code token_count} or {@code score}
 * @param rows rows in the window
 * @param rowsNeeded rows that a figure needs
 * @param psi population stability index, 0 or more, or null while rows are too few
 * @param threshold what {@code psi} stays below if nothing changed, or null likewise
 */
public record DriftFigure(
        String model,
        String feature,
        State state,
        int rows,
        int rowsNeeded,
        @Nullable Double psi,
        @Nullable Double threshold) {

    /** What the figure says. */
    public enum State {
        TOO_FEW_ROWS,
        STABLE,
        DRIFTED
    }

    double psiOrNaN() {
        return psi == null ? Double.NaN : psi;
    }

    double thresholdOrNaN() {
        return threshold == null ? Double.NaN : threshold;
    }
}
