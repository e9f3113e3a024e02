package dev.millrace.stage;

import dev.millrace.contract.OutcomeKind;
import java.time.Instant;
import org.apache.kafka.common.header.Headers;

/** What the publishing stage makes of the last inner record of an upload. Safe to share between threads. */
public interface ResultFactory {
    /**
     * The body of the result of a value.
     *
     * @param publishedHeaders headers of the result, to be added to
     * @param receivedAt when the publishing stage took the record up
     * @throws PermanentFailureException if the record cannot become a success; the result then is a failure
     */
    byte[] succeeded(UploadHeaders headers, byte[] body, Instant receivedAt, Headers publishedHeaders);

    /**
     * The body of the result of anything but a value. It must not fail: its input may be any bytes.
     *
     * @param kind {@code FAILED} or {@code EXPIRED}
     */
    byte[] ended(UploadHeaders headers, OutcomeKind kind, byte[] body, Instant receivedAt, Headers publishedHeaders);
}
