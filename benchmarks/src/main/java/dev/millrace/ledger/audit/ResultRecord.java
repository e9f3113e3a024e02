package dev.millrace.ledger.audit;

import dev.millrace.contract.Origin;
import dev.millrace.contract.UploadResult;
import org.jspecify.annotations.Nullable;

/**
 * A record of the results topic.
 *
 * @param origin where its upload stands, from the header; null if that is missing
 * @param digest {@link Digest} of the body
 */
public record ResultRecord(int lane, long offset, @Nullable Origin origin, UploadResult result, String digest) {
    /** Upload id and attempt, of which there may be one result. */
    String attempt() {
        return result.id() + "/" + result.attempt();
    }

    String place() {
        return "lane %d, offset %d".formatted(lane, offset);
    }
}
