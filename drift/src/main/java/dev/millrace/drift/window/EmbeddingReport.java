package dev.millrace.drift.window;

import java.util.List;

/**
 * What a window says of its embeddings.
 *
 * @param sampled rows that were looked at
 * @param reference rows that they were compared with
 * @param area under the ROC curve of a linear classifier that tells rows from the reference's: 0.5 if it cannot, 1 if it always can
 * @param areaPValue probability of as much if nothing changed
 * @param discrepancy the squared maximum mean discrepancy
 * @param discrepancyPValue probability of as much if nothing changed
 * @param frechet the squared Fréchet distance as a share of the reference's variance: no test, for by chance it is some
 *     {@code 9 / sampled + 9 / reference}
 * @param dimensions up to five, those that make the most of the classifier's separation first
 */
public record EmbeddingReport(
        int sampled,
        int reference,
        double area,
        double areaPValue,
        double discrepancy,
        double discrepancyPValue,
        double frechet,
        List<Dimension> dimensions) {

    public EmbeddingReport {
        dimensions = List.copyOf(dimensions);
    }

    /**
     * An element of the embedding.
     *
     * @param index from 0
     * @param share of the separation, 0 to 1
     */
    public record Dimension(int index, double share) {}
}
