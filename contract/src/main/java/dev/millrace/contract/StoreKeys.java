package dev.millrace.contract;

import java.util.UUID;

/** Keys in Redis that more than one service uses: {@code <owner>:<what>:v<n>:<id>}, each with a time to live. */
public final class StoreKeys {
    private StoreKeys() {}

    /** The JSON of the latest attempt's {@link UploadResult}. Written by postprocessor, which follows the results topic. */
    public static String result(UUID uploadId) {
        return "postprocessor:result:v1:" + uploadId;
    }

    /**
     * The content of an upload that is too large for a record. Written by collector, read by feature. One key an upload,
     * so that a repeat takes its place and whoever erases an upload needs no more than its id.
     */
    public static String payload(UUID uploadId) {
        return "collector:payload:v1:" + uploadId;
    }
}
