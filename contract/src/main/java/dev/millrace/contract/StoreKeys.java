package dev.millrace.contract;

import java.util.Optional;
import java.util.UUID;

/** Keys in Redis that more than one service uses: {@code <owner>:<what>:v<n>:<id>}, each with a time to live. */
public final class StoreKeys {
    /**
     * Channel on which collector tells every replica what it erased in Redis: one message a key, which is the message, so
     * that they forget it too.
     */
    public static final String ERASED = "collector:erased:v1";

    /** What the keys of embeddings begin with. Written by feature, erased by collector. */
    public static final String EMBEDDINGS = "feature:embedding:v1:";

    private static final String RESULTS = "postprocessor:result:v1:";

    private StoreKeys() {}

    /** The JSON of the latest attempt's {@link UploadResult}. Written by postprocessor, which follows the results topic. */
    public static String result(UUID uploadId) {
        return RESULTS + uploadId;
    }

    /** The upload whose {@link #result} a key is; empty if it is another key. */
    public static Optional<UUID> uploadOfResult(String key) {
        try {
            return key.startsWith(RESULTS)
                    ? Optional.of(UUID.fromString(key.substring(RESULTS.length())))
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /**
     * The content of an upload that is too large for a record. Written by collector, read by feature. One key an upload,
     * so that a repeat takes its place and whoever erases an upload needs no more than its id.
     */
    public static String payload(UUID uploadId) {
        return "collector:payload:v1:" + uploadId;
    }
}
