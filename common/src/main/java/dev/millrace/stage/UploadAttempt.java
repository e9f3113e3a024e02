package dev.millrace.stage;

import java.util.UUID;

/** The unit of "exactly one result". */
record UploadAttempt(UUID uploadId, int attempt) {
    private static final int NAME_BASED = 8;

    /**
     * Whether a second record of it can exist: its id was computed from a client's idempotency key, or it is a replay.
     * The id of any other upload is made for one record and never used again.
     */
    boolean canRepeat() {
        return uploadId.version() == NAME_BASED || attempt > 1;
    }
}
