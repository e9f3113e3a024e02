package dev.millrace.stage;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/** Why sends were not acknowledged. */
final class Refusals {
    private Refusals() {}

    /** The record, not the moment, is at fault: sending it again would fail again. */
    static boolean isForGood(RuntimeException e) {
        return e instanceof RecordTooLargeException
                || e instanceof InvalidRecordException
                || e instanceof InvalidTimestampException
                || e instanceof SerializationException;
    }

    /** Waits for the acknowledgement of a send and says why there is none; null if there is. */
    static @Nullable RuntimeException of(Future<RecordMetadata> send) {
        try {
            send.get();
            return null;
        } catch (ExecutionException e) {
            return e.getCause() instanceof RuntimeException cause
                    ? cause
                    : new TransientFailureException("send failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new TransientFailureException("interrupted while waiting for an acknowledgement", e);
        }
    }

    /**
     * What a send failed with before it left the producer, if the next would fail alike. Without the topic's metadata
     * each send waits for {@code max.block.ms}, so a batch that went on would outlast {@code max.poll.interval.ms}.
     */
    static @Nullable RuntimeException atOnce(Future<RecordMetadata> send) {
        RuntimeException refused = send.isDone() ? of(send) : null;
        return refused == null || isForGood(refused) ? null : refused;
    }
}
