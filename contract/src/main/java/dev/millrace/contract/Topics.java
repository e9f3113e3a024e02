package dev.millrace.contract;

import java.util.List;

/** Names of the topics. Their partitions, retention and sizes are in {@code topics.yaml}: see {@link TopicCatalog}. */
public final class Topics {
    /** Accepted uploads, from collector. Its records' positions are the {@linkplain Origin origins}. */
    public static final String UPLOADS = "uploads.received.v1";
    /** Features, failures and expiries, from feature. */
    public static final String FEATURES = "features.extracted.v1";
    /** Predictions, failures and expiries, from inference. */
    public static final String PREDICTIONS = "predictions.made.v1";
    /** Exactly one result for each attempt of an upload, from postprocessor; read it with {@code read_committed}. */
    public static final String RESULTS = "results.published.v1";
    /** What uploads truly were, from those who know, by way of collector. */
    public static final String FEEDBACK = "feedback.received.v1";

    /** What windows of time counted, lane by lane, from monitoring and for monitoring. */
    public static final String PROFILES = "profiles.windowed.v1";
    /** Alerts: traffic that is not as in training, and its end; from monitoring. */
    public static final String DRIFT = "drift.detected.v1";

    /** The topics that make up the lanes: partition p of each is one lane, so they have the same number of partitions. */
    public static final List<String> LANE_TOPICS = List.of(UPLOADS, FEATURES, PREDICTIONS, RESULTS);

    private Topics() {}

    /** The topic where {@code group} puts the records of {@code topic} that it cannot process. */
    public static String deadLetters(String topic, String group) {
        return topic + "." + group + ".dlq";
    }
}
