package dev.millrace.ledger.audit;

import java.util.UUID;

/** A record of the uploads topic: what collector wrote, which may be one upload twice. */
public record UploadRecord(int lane, long offset, UUID id, int attempt, String traceId) {
    /** As {@link ResultRecord#attempt}. */
    String name() {
        return id + "/" + attempt;
    }
}
