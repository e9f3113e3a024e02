package dev.millrace.bench.drift;

/** What decides whether embeddings drifted. */
enum VectorDetector {
    /** Classifier and discrepancy in halves, on at most as many rows as a window's sample has. */
    ENTRY("entry"),
    CLASSIFIER("domain classifier"),
    DISCREPANCY("mean discrepancy"),
    /** A test of each element, adjusted by Benjamini and Yekutieli: what others do. */
    ELEMENTS("KS of each element");

    private final String title;

    VectorDetector(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }
}
