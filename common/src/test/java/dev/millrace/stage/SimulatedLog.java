package dev.millrace.stage;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/** One partition of a broker. Each entry, be it a record or a marker, takes one offset. */
final class SimulatedLog {
    private final TopicPartition partition;
    private final List<Entry> entries = new ArrayList<>();
    private int beginning;
    private int epoch;

    SimulatedLog(TopicPartition partition) {
        this.partition = partition;
    }

    /** @param record null for a marker */
    private record Entry(
            int epoch,
            @Nullable ConsumerRecord<byte[], byte[]> record,
            @Nullable SimulatedTransaction transaction) {}

    /** @param next offset behind what was read */
    record Fetched(List<ConsumerRecord<byte[], byte[]>> records, long next) {}

    ConsumerRecord<byte[], byte[]> append(
            ProducerRecord<byte[], byte[]> sent, @Nullable SimulatedTransaction transaction, Instant now) {
        var record = new ConsumerRecord<>(
                partition.topic(),
                partition.partition(),
                entries.size(),
                sent.timestamp() == null ? now.toEpochMilli() : sent.timestamp(),
                TimestampType.CREATE_TIME,
                0,
                0,
                sent.key(),
                sent.value(),
                new RecordHeaders(sent.headers()),
                Optional.of(epoch));
        entries.add(new Entry(epoch, record, transaction));
        return record;
    }

    void mark() {
        entries.add(new Entry(epoch, null, null));
    }

    long beginning() {
        return beginning;
    }

    long end() {
        return entries.size();
    }

    /** Before the first record of a transaction whose marker is not written yet. */
    long stableEnd() {
        for (int offset = beginning; offset < entries.size(); offset++) {
            var transaction = entries.get(offset).transaction();
            if (transaction != null && !transaction.isMarkedOn(this)) {
                return offset;
            }
        }
        return entries.size();
    }

    /** Up to {@code max} records between two offsets. @param committed whether to leave out what is open or aborted */
    Fetched read(long from, long end, int max, boolean committed) {
        var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        long next = from;
        while (next < end && records.size() < max) {
            var entry = entries.get((int) next++);
            var transaction = entry.transaction();
            boolean visible =
                    !committed || transaction == null || (transaction.isCommitted() && transaction.isMarkedOn(this));
            if (entry.record() != null && visible) {
                records.add(entry.record());
            }
        }
        return new Fetched(records, next);
    }

    /** Retention. */
    void deleteBefore(long offset) {
        beginning = (int) offset;
    }

    /** An unclean election: what lies behind the offset is gone, and its offsets are used again. */
    void cut(long offset) {
        entries.subList((int) offset, entries.size()).clear();
        epoch++;
    }

    /** Where the records of a leader epoch, and of all before it, end. */
    long endOf(int leaderEpoch) {
        int offset = entries.size();
        while (offset > 0 && entries.get(offset - 1).epoch() > leaderEpoch) {
            offset--;
        }
        return offset;
    }
}
