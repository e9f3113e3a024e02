package dev.millrace.stage;

import dev.millrace.contract.Origin;
import dev.millrace.stage.InnerLane.Frontier;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Origins from the records' own positions. The predecessor of a record must be a pure function of the log, so that any
 * owner computes the same chain: it is the record delivered before it, taken from memory, and after a start from the
 * metadata that the commit carries.
 */
final class OwnPosition {
    private OwnPosition() {}

    static Origin of(String incarnation, ConsumerRecord<byte[], byte[]> record) {
        return new Origin(incarnation, record.leaderEpoch().orElse(0), record.offset());
    }

    /**
     * Checks that the leader epoch never falls along the lane.
     *
     * @throws StalledException if it does: the log was replaced by an older one, and its offsets are used again
     */
    static void requireRisingEpochs(@Nullable Origin last, List<ConsumerRecord<byte[], byte[]>> records) {
        int epoch = last == null ? 0 : last.epoch();
        for (var record : records) {
            if (record.leaderEpoch().orElse(0) < epoch) {
                throw new StalledException(
                        Stall.OUT_OF_RANGE,
                        "%s-%d: epoch %d at offset %d (expected: %d or more)"
                                .formatted(
                                        record.topic(),
                                        record.partition(),
                                        record.leaderEpoch().orElse(0),
                                        record.offset(),
                                        epoch));
            }
            epoch = record.leaderEpoch().orElse(0);
        }
    }

    /**
     * Where a lane goes on.
     *
     * @param commit the group's commit, or null if there is none
     * @param beginning first offset in the log
     * @param incarnation the topic's id now
     * @throws StalledException if that cannot be known for certain
     */
    static Frontier read(
            TopicPartition partition, @Nullable OffsetAndMetadata commit, long beginning, String incarnation) {
        if (commit == null || (commit.offset() == 0 && CommitMetadata.parse(commit.metadata()) == null)) {
            if (beginning > 0) {
                throw new StalledException(
                        Stall.NUMBER_MISSING,
                        "%s: nothing is committed and the log begins at %d (expected: 0)"
                                .formatted(partition, beginning));
            }
            return new Frontier(0, Optional.empty(), null);
        }
        CommitMetadata metadata = CommitMetadata.parse(commit.metadata());
        if (metadata == null) {
            throw new StalledException(
                    Stall.NUMBER_MISSING,
                    "%s: offset %d is committed without its predecessor".formatted(partition, commit.offset()));
        }
        if (metadata.last() != null && !metadata.last().incarnation().equals(incarnation)) {
            throw new StalledException(
                    Stall.OTHER_INCARNATION,
                    "%s: last record is of topic id %s (expected: %s)"
                            .formatted(partition, metadata.last().incarnation(), incarnation));
        }
        if (metadata.last() != null && metadata.last().offset() >= commit.offset()) {
            throw new StalledException(
                    Stall.NUMBER_MISMATCH,
                    "%s: offset %d is committed with predecessor %s (expected: one before it)"
                            .formatted(partition, commit.offset(), metadata.last()));
        }
        if (commit.offset() < beginning) {
            throw new StalledException(
                    Stall.OUT_OF_RANGE,
                    "%s: records %d to %d were deleted unread".formatted(partition, commit.offset(), beginning - 1));
        }
        return new Frontier(commit.offset(), commit.leaderEpoch(), metadata.last());
    }
}
