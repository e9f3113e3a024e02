package dev.millrace.stage;

import dev.millrace.contract.Headers;
import dev.millrace.contract.OutcomeKind;
import java.io.Serial;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.utils.Utils;

/**
 * Ends a poll where the stage has work for one batch or memory holds enough, so that {@code max.poll.records} can be
 * large: thousands of records that need no work, as expired ones after an overload, then go on with one acknowledgement
 * and one commit. A record's size is that of its value after decompression, which no setting of Kafka's bounds.
 *
 * <p>It stands where Kafka's consumer makes the value of a record. If that fails, the poll returns what came before, the
 * position stays there, and the next poll tries the same record again. One instance for each consumer.
 */
final class PollLimit implements Deserializer<byte[]> {
    private final int maxWork;
    private final long maxBytes;
    private final InstantSource clock;
    private int records;
    private int work;
    private long bytes;

    /**
     * @param maxWork records of one poll that need work
     * @param maxBytes of all values of one poll; one record always fits
     */
    PollLimit(int maxWork, long maxBytes, InstantSource clock) {
        this.maxWork = maxWork;
        this.maxBytes = maxBytes;
        this.clock = clock;
    }

    /** The record is the next poll's. */
    private static final class PollIsFull extends SerializationException {
        @Serial
        private static final long serialVersionUID = 1;

        PollIsFull() {
            super("the poll is full");
        }
    }

    /** The next poll begins. */
    void renew() {
        records = 0;
        work = 0;
        bytes = 0;
    }

    @Override
    public byte[] deserialize(String topic, org.apache.kafka.common.header.Headers headers, ByteBuffer value) {
        boolean needsWork = needsWork(headers, clock.millis());
        if (records > 0 && (bytes + value.remaining() > maxBytes || (needsWork && work == maxWork))) {
            throw new PollIsFull();
        }
        records++;
        work += needsWork ? 1 : 0;
        bytes += value.remaining();
        return Utils.toArray(value);
    }

    @Override
    public byte[] deserialize(String topic, byte[] value) {
        return value;
    }

    /**
     * Whether the stage has work with a record: it has none with one that an earlier stage has settled, or whose
     * deadline has passed. Of one with malformed headers the stage finds out later.
     *
     * @param now milliseconds since the epoch
     */
    static boolean needsWork(org.apache.kafka.common.header.Headers headers, long now) {
        String outcome = Headers.text(headers, Headers.OUTCOME);
        if (OutcomeKind.KNOWN.header().equals(outcome)
                || OutcomeKind.FAILED.header().equals(outcome)
                || OutcomeKind.EXPIRED.header().equals(outcome)) {
            return false;
        }
        String deadline = Headers.text(headers, Headers.DEADLINE);
        try {
            return deadline == null || Long.parseLong(deadline) >= now;
        } catch (NumberFormatException e) {
            return true;
        }
    }
}
