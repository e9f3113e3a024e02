package dev.millrace.stage;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/** The clients with which a member of the publishing stage reads the results: an admin client and a reader. */
final class SimulatedResults {
    private final SimulationWalk walk;
    private final SimulatedMember member;

    SimulatedResults(SimulationWalk walk, SimulatedMember member) {
        this.walk = walk;
        this.member = member;
    }

    Admin admin() {
        return SimulatedClient.of(Admin.class, this);
    }

    @SuppressWarnings("unchecked")
    Consumer<byte[], byte[]> reader() {
        return SimulatedClient.of(Consumer.class, new Reader());
    }

    ListOffsetsResult listOffsets(Map<TopicPartition, OffsetSpec> asked, ListOffsetsOptions options) {
        member.at("listOffsets");
        boolean stable = options.isolationLevel() == IsolationLevel.READ_COMMITTED
                && walk.mutation != SimulationMutation.UNCOMMITTED_TAIL
                && walk.mutation != SimulationMutation.TAIL_NOT_AWAITED;
        var found = new HashMap<TopicPartition, KafkaFuture<ListOffsetsResultInfo>>();
        asked.keySet().forEach(lane -> {
            var log = walk.broker.log(lane);
            found.put(
                    lane,
                    KafkaFuture.completedFuture(
                            new ListOffsetsResultInfo(stable ? log.stableEnd() : log.end(), -1, Optional.empty())));
        });
        return new ListOffsetsResult(found);
    }

    /** Reads from one lane of the results. */
    private final class Reader {
        private final Map<TopicPartition, Long> positions = new HashMap<>();

        void assign(Collection<TopicPartition> lanes) {
            lanes.forEach(lane -> positions.put(lane, 0L));
        }

        void seek(TopicPartition lane, long offset) {
            positions.put(lane, offset);
        }

        long position(TopicPartition lane) {
            return requireNonNull(positions.get(lane));
        }

        Map<TopicPartition, Long> beginningOffsets(Collection<TopicPartition> asked) {
            var beginnings = new HashMap<TopicPartition, Long>();
            asked.forEach(lane -> beginnings.put(lane, walk.broker.log(lane).beginning()));
            return beginnings;
        }

        Map<TopicPartition, OffsetAndTimestamp> offsetsForTimes(Map<TopicPartition, Long> asked) {
            return Map.of();
        }

        ConsumerRecords<byte[], byte[]> poll(Duration patience) {
            member.at("read results");
            boolean committed = walk.mutation != SimulationMutation.UNCOMMITTED_TAIL;
            var polled = new HashMap<TopicPartition, List<ConsumerRecord<byte[], byte[]>>>();
            positions.replaceAll((lane, position) -> {
                var log = walk.broker.log(lane);
                var fetched = log.read(position, log.end(), Integer.MAX_VALUE, committed);
                polled.put(lane, fetched.records());
                return fetched.next();
            });
            return new ConsumerRecords<>(polled, Map.of());
        }

        void close() {
            positions.clear();
        }
    }
}
