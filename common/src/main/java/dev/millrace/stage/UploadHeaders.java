package dev.millrace.stage;

import dev.millrace.contract.Headers;
import dev.millrace.contract.Hop;
import dev.millrace.contract.Origin;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.apache.commons.codec.digest.DigestUtils;
import org.jspecify.annotations.Nullable;

/**
 * What the headers say of an upload.
 *
 * @param attempt which try of the upload, 1 or more
 * @param acceptedAt the upload's event time
 * @param problem what is wrong with the headers, or null; the other components then hold stand-ins, so that the record
 *     still ends as one {@code FAILED} result in its place
 */
public record UploadHeaders(
        UUID uploadId,
        int attempt,
        String pipeline,
        Instant acceptedAt,
        Instant deadline,
        List<Hop> hops,
        @Nullable String traceparent,
        @Nullable String problem) {

    /** What a stage passes on; whatever else a record carries stays behind. */
    private static final Set<String> PASSED_ON = Set.of(
            Headers.UPLOAD_ID,
            Headers.ATTEMPT,
            Headers.PIPELINE,
            Headers.ACCEPTED_AT,
            Headers.DEADLINE,
            Headers.SCHEMA,
            Headers.ORIGIN,
            Headers.PREDECESSOR,
            Headers.HOPS,
            Headers.TRACEPARENT);

    private static final int LONGEST_HEADER = 512;
    private static final long LATEST_INSTANT =
            Instant.parse("9999-12-31T00:00:00Z").toEpochMilli();

    /**
     * Reads the headers of a record.
     *
     * @param origin the record's origin, from which a stand-in id is made when the headers have none
     */
    static UploadHeaders read(org.apache.kafka.common.header.Headers headers, Origin origin, Instant recordTime) {
        try {
            if (!Headers.SCHEMA_VERSION.equals(Headers.text(headers, Headers.SCHEMA))) {
                throw new IllegalArgumentException("%s: %s (expected: %s)"
                        .formatted(
                                Headers.SCHEMA, quoted(Headers.text(headers, Headers.SCHEMA)), Headers.SCHEMA_VERSION));
            }
            return new UploadHeaders(
                    uuid(headers),
                    (int) number(headers, Headers.ATTEMPT, 1, Integer.MAX_VALUE),
                    required(headers, Headers.PIPELINE),
                    Instant.ofEpochMilli(number(headers, Headers.ACCEPTED_AT, 0, LATEST_INSTANT)),
                    Instant.ofEpochMilli(number(headers, Headers.DEADLINE, 0, LATEST_INSTANT)),
                    Hop.parse(Headers.text(headers, Headers.HOPS)),
                    Headers.text(headers, Headers.TRACEPARENT),
                    null);
        } catch (IllegalArgumentException e) {
            return standIn(headers, origin, recordTime, String.valueOf(e.getMessage()));
        }
    }

    boolean expiredAt(Instant now) {
        return now.isAfter(deadline);
    }

    /** Copies to {@code target} what a stage passes on, bit by bit. */
    static void copy(org.apache.kafka.common.header.Headers source, org.apache.kafka.common.header.Headers target) {
        for (String name : PASSED_ON) {
            var header = source.lastHeader(name);
            if (header != null && header.value() != null && header.value().length <= LONGEST_HEADER) {
                target.add(header);
            }
        }
    }

    /** Writes this in place of headers that could not be read. */
    void write(org.apache.kafka.common.header.Headers headers) {
        Headers.set(headers, Headers.UPLOAD_ID, uploadId.toString());
        Headers.set(headers, Headers.ATTEMPT, Integer.toString(attempt));
        Headers.set(headers, Headers.PIPELINE, pipeline);
        Headers.set(headers, Headers.ACCEPTED_AT, Long.toString(acceptedAt.toEpochMilli()));
        Headers.set(headers, Headers.DEADLINE, Long.toString(deadline.toEpochMilli()));
        Headers.set(headers, Headers.SCHEMA, Headers.SCHEMA_VERSION);
    }

    /** Keeps id and attempt if both are valid, so that the app still finds its upload's failure. */
    private static UploadHeaders standIn(
            org.apache.kafka.common.header.Headers headers, Origin origin, Instant recordTime, String problem) {
        UUID id;
        int attempt = 1;
        try {
            id = uuid(headers);
            attempt = (int) number(headers, Headers.ATTEMPT, 1, Integer.MAX_VALUE);
        } catch (IllegalArgumentException e) {
            id = nameBased(origin.toString());
        }
        Instant time = Instant.ofEpochMilli(Math.clamp(recordTime.toEpochMilli(), 0, LATEST_INSTANT));
        return new UploadHeaders(id, attempt, "unknown", time, time, List.of(), null, problem);
    }

    /** A UUIDv8 (RFC 9562) of the first 128 bits of SHA-256. */
    private static UUID nameBased(String name) {
        var bits = ByteBuffer.wrap(DigestUtils.sha256(name));
        long most = (bits.getLong() & ~0xF000L) | 0x8000L;
        long least = (bits.getLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
        return new UUID(most, least);
    }

    private static String required(org.apache.kafka.common.header.Headers headers, String name) {
        String text = Headers.text(headers, name);
        if (text == null || text.isEmpty() || text.length() > LONGEST_HEADER) {
            throw new IllegalArgumentException(
                    "%s: %s (expected: 1 to %d bytes)".formatted(name, quoted(text), LONGEST_HEADER));
        }
        return text;
    }

    private static UUID uuid(org.apache.kafka.common.header.Headers headers) {
        String text = required(headers, Headers.UPLOAD_ID);
        UUID id;
        try {
            id = UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            id = null;
        }
        if (id == null || !id.toString().equals(text)) {
            throw new IllegalArgumentException(
                    "%s: %s (expected: a UUID, lower-case)".formatted(Headers.UPLOAD_ID, quoted(text)));
        }
        return id;
    }

    private static long number(org.apache.kafka.common.header.Headers headers, String name, long min, long max) {
        String text = required(headers, name);
        try {
            long number = Long.parseLong(text);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Refused below.
        }
        throw new IllegalArgumentException("%s: %s (expected: %d to %d)".formatted(name, quoted(text), min, max));
    }

    private static String quoted(@Nullable String text) {
        return text == null ? "absent" : "'" + (text.length() > 64 ? text.substring(0, 64) + "…" : text) + "'";
    }
}
