package dev.millrace.stage;

import static dev.millrace.stage.TestRecords.LANE;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** A member with lanes of its own, whose commits the test may refuse. */
final class FakeConsumer extends MockConsumer<byte[], byte[]> {
    @Nullable
    RuntimeException commitFailure;

    @Nullable
    RuntimeException committedFailure;

    /** Of the last seek that gave a leader epoch. */
    @Nullable
    OffsetAndMetadata soughtTo;

    int generation = 1;

    Consumer<Map<TopicPartition, ?>> onCommit = offsets -> {};

    FakeConsumer(TopicPartition... lanes) {
        super("none");
        assign(List.of(lanes));
        for (var lane : lanes) {
            updateBeginningOffsets(Map.of(lane, 0L));
        }
    }

    @Override
    public synchronized void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets) {
        if (commitFailure != null) {
            throw commitFailure;
        }
        onCommit.accept(offsets);
        super.commitSync(offsets);
    }

    @Override
    public synchronized Map<TopicPartition, OffsetAndMetadata> committed(Set<TopicPartition> partitions) {
        if (committedFailure != null) {
            var failure = committedFailure;
            committedFailure = null;
            throw failure;
        }
        return super.committed(partitions);
    }

    @Override
    public synchronized void seek(TopicPartition partition, OffsetAndMetadata place) {
        soughtTo = place;
        super.seek(partition, place);
    }

    @Override
    public ConsumerGroupMetadata groupMetadata() {
        return new ConsumerGroupMetadata("group", generation, generation < 0 ? "" : "member", Optional.empty());
    }

    @Nullable
    OffsetAndMetadata commit() {
        return super.committed(Set.of(LANE)).get(LANE);
    }
}
