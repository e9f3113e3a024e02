package dev.millrace.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Names of the record headers. All values are UTF-8 text. They carry what must be known even when a body cannot be
 * read, so that an undecodable record still ends as one {@code FAILED} result in its place.
 */
public final class Headers {
    /** Upload id, a UUID. Set by collector. */
    public static final String UPLOAD_ID = "millrace-upload-id";
    /** Which try of the upload this is, 1 or more. Upload id and attempt together have exactly one result. */
    public static final String ATTEMPT = "millrace-attempt";
    /** The pipeline's name. Set by collector. */
    public static final String PIPELINE = "millrace-pipeline";
    /** When the upload was accepted, milliseconds since the epoch: its event time. Set by collector. */
    public static final String ACCEPTED_AT = "millrace-accepted-at";
    /** When the upload is of no more use, milliseconds since the epoch. Set by collector, checked before each piece of work. */
    public static final String DEADLINE = "millrace-deadline";
    /** Major version of the body's schema: {@link #SCHEMA_VERSION}. */
    public static final String SCHEMA = "millrace-schema";
    /** {@link Origin} of the record. Set by feature, copied bit by bit by later stages. */
    public static final String ORIGIN = "millrace-origin";
    /** {@link Origin} of the record delivered before this one on its lane, or {@link #NO_PREDECESSOR}. Set by feature. */
    public static final String PREDECESSOR = "millrace-predecessor";
    /** What the body is: {@link OutcomeKind#header()}. Absent means a value. */
    public static final String OUTCOME = "millrace-outcome";
    /** Times of each hop so far: {@link Hop#format}. */
    public static final String HOPS = "millrace-hops";
    /** W3C trace context of the upload's own request. */
    public static final String TRACEPARENT = "traceparent";

    /** On dead letters: why the record could not be processed, an {@link ErrorCode}. */
    public static final String DEAD_LETTER_CODE = "millrace-dlq-code";
    /** On dead letters: the cause in words. */
    public static final String DEAD_LETTER_DETAIL = "millrace-dlq-detail";
    /** On dead letters: the service that gave up. */
    public static final String DEAD_LETTER_STAGE = "millrace-dlq-stage";
    /** On dead letters: topic, partition and offset of the original, {@code topic/partition/offset}. */
    public static final String DEAD_LETTER_SOURCE = "millrace-dlq-source";
    /** On dead letters: the letter's own id, by which a published {@code FAILED} names it. */
    public static final String DEAD_LETTER_ID = "millrace-dlq-id";
    /** On dead letters: digest of the model that was in use, if one was. */
    public static final String DEAD_LETTER_MODEL = "millrace-dlq-model";

    public static final String SCHEMA_VERSION = "1";
    /** Value of {@link #PREDECESSOR} on the first record of a lane. */
    public static final String NO_PREDECESSOR = "none";

    private Headers() {}

    /** The text of a header's last occurrence, or null if there is none. */
    public static @Nullable String text(org.apache.kafka.common.header.Headers headers, String name) {
        Header header = headers.lastHeader(name);
        return header == null || header.value() == null ? null : new String(header.value(), UTF_8);
    }

    /** Sets a header, in place of any of the same name. */
    public static void set(org.apache.kafka.common.header.Headers headers, String name, String value) {
        headers.remove(name).add(name, value.getBytes(UTF_8));
    }
}
