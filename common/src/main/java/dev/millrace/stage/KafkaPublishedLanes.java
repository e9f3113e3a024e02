package dev.millrace.stage;

import dev.millrace.contract.Headers;
import dev.millrace.contract.Origin;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Reads lanes of the results topic with a consumer of its own.
 *
 * <p>A commit of a dead member is spread to the offsets topic and to the results topic one after the other, so the tail
 * counts only once the lane's last stable offset has caught up with its end: then no transaction is open on it. Members
 * that have lost the lane cannot commit another, and what they have open the coordinator aborts within its timeout.
 */
final class KafkaPublishedLanes implements PublishedLanes {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final int TAIL_STEP = 256;

    private final String topic;
    private final Admin admin;
    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final Duration patience;
    private final Predicate<Duration> pause;

    /**
     * @param consumers of a consumer without a group, {@code read_committed}
     * @param patience how long to wait for open transactions, or for the next record; longer than the transaction timeout
     * @param pause waits and says whether to go on
     */
    KafkaPublishedLanes(
            String topic,
            Admin admin,
            Supplier<Consumer<byte[], byte[]>> consumers,
            Duration patience,
            Predicate<Duration> pause) {
        this.topic = topic;
        this.admin = admin;
        this.consumers = consumers;
        this.patience = patience;
        this.pause = pause;
    }

    @Override
    public Published read(int lane, Instant since) {
        var partition = new TopicPartition(topic, lane);
        long end = stableEnd(partition);
        if (end == 0) {
            return new Published(false, null, List.of());
        }
        try (var consumer = consumers.get()) {
            consumer.assign(Set.of(partition));
            long beginning = Positions.beginning(consumer, partition);
            var found = consumer.offsetsForTimes(Map.of(partition, since.toEpochMilli()))
                    .get(partition);
            long from = Math.max(beginning, Math.min(found == null ? end : found.offset(), end - TAIL_STEP));
            var records = read(consumer, partition, from, end);
            // Aborted records can fill the end of the lane: look further back until a committed one turns up.
            for (long step = TAIL_STEP; records.isEmpty() && from > beginning; step *= 4) {
                from = Math.max(beginning, from - step);
                records = read(consumer, partition, from, end);
            }
            // Aborted records alone never made the lane: only what retention has deleted may have been committed.
            return published(records, from > 0 || !records.isEmpty(), since);
        }
    }

    private static Published published(List<Slot> records, boolean everHeldARecord, Instant since) {
        var recent = new ArrayList<PublishedUpload>();
        for (Slot slot : records) {
            if (slot.attempt() != null && !slot.publishedAt().isBefore(since)) {
                recent.add(new PublishedUpload(slot.attempt(), slot.publishedAt()));
            }
        }
        return new Published(
                everHeldARecord, records.isEmpty() ? null : records.getLast().origin(), recent);
    }

    /** What is kept of a result. @param attempt null if it cannot be repeated */
    private record Slot(Origin origin, @Nullable UploadAttempt attempt, Instant publishedAt) {}

    private List<Slot> read(Consumer<byte[], byte[]> consumer, TopicPartition partition, long from, long end) {
        var slots = new ArrayList<Slot>();
        consumer.seek(partition, from);
        long position = from;
        long advancedAt = System.nanoTime();
        while (position < end) {
            for (var record : consumer.poll(POLL)) {
                if (record.offset() < end) {
                    slots.add(slot(record));
                }
            }
            if (consumer.position(partition) > position) {
                position = consumer.position(partition);
                advancedAt = System.nanoTime();
            } else if (System.nanoTime() - advancedAt > patience.toNanos()) {
                throw new TransientFailureException(
                        "%s: stood at %d for %s (expected: %d)".formatted(partition, position, patience, end));
            }
        }
        return slots;
    }

    private static Slot slot(ConsumerRecord<byte[], byte[]> record) {
        LaneLink link = LaneLink.read(record.headers());
        if (link == null) {
            throw new StalledException(
                    Stall.NUMBER_MISSING,
                    "%s-%d: the result at offset %d has no valid lane headers"
                            .formatted(record.topic(), record.partition(), record.offset()));
        }
        String id = Headers.text(record.headers(), Headers.UPLOAD_ID);
        String attempt = Headers.text(record.headers(), Headers.ATTEMPT);
        var upload = id == null || attempt == null
                ? null
                : new UploadAttempt(UUID.fromString(id), Integer.parseInt(attempt));
        return new Slot(
                link.origin(),
                upload != null && upload.canRepeat() ? upload : null,
                Instant.ofEpochMilli(record.timestamp()));
    }

    /** The lane's end, once all before it is committed or aborted. */
    private long stableEnd(TopicPartition partition) {
        long end = latest(partition, IsolationLevel.READ_UNCOMMITTED);
        long deadline = System.nanoTime() + patience.toNanos();
        while (latest(partition, IsolationLevel.READ_COMMITTED) < end) {
            if (System.nanoTime() > deadline || !pause.test(Duration.ofMillis(20))) {
                throw new TransientFailureException("%s: a transaction is still open".formatted(partition));
            }
        }
        return end;
    }

    private long latest(TopicPartition partition, IsolationLevel isolation) {
        try {
            return admin.listOffsets(Map.of(partition, OffsetSpec.latest()), new ListOffsetsOptions(isolation))
                    .partitionResult(partition)
                    .get()
                    .offset();
        } catch (ExecutionException e) {
            throw new TransientFailureException(partition + ": the broker did not say where the log ends", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TransientFailureException("interrupted while reading the lane", e);
        }
    }
}
