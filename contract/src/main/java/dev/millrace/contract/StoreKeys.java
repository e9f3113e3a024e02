package dev.millrace.contract;

import java.util.UUID;

/** Keys in Redis that more than one service uses: {@code <owner>:<what>:v<n>:<id>}, each with a time to live. */
public final class StoreKeys {
    private StoreKeys() {}

    /** The JSON of the latest attempt's {@link UploadResult}. Written by postprocessor, which follows the results topic. */
    public static String result(UUID uploadId) {
        return "postprocessor:result:v1:" + uploadId;
    }
}
