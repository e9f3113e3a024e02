package dev.millrace.stage;

import static java.util.Objects.requireNonNull;

import dev.millrace.contract.Origin;
import dev.millrace.stage.PublishedLanes.Published;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** What a member sees of its lanes: the truth, but for the mutations, which show it what a faulty stage would believe. */
final class SimulatedMemory {
    private final SimulationWalk walk;
    private final SimulatedMember member;
    private final Map<TopicPartition, OffsetAndMetadata> known = new HashMap<>();
    private final Map<TopicPartition, OffsetAndMetadata> believed = new HashMap<>();
    private Map<TopicPartition, OffsetAndMetadata> sent = Map.of();

    SimulatedMemory(SimulationWalk walk, SimulatedMember member) {
        this.walk = walk;
        this.member = member;
    }

    void assigned() {
        if (walk.mutation != SimulationMutation.NUMBER_KEPT_OVER_REBALANCE) {
            believed.clear();
        }
    }

    /** The offsets go into the transaction. */
    void putInto(Map<TopicPartition, OffsetAndMetadata> offsets) {
        sent = Map.copyOf(offsets);
        if (walk.mutation == SimulationMutation.NUMBER_KEPT_OVER_ABORT) {
            believed.putAll(sent);
        } else {
            believed.clear();
        }
    }

    void committed() {
        known.putAll(sent);
        if (walk.mutation == SimulationMutation.NUMBER_KEPT_OVER_REBALANCE) {
            believed.putAll(sent);
        } else {
            believed.clear();
        }
    }

    void unknown() {
        believed.clear();
        if (walk.mutation == SimulationMutation.UNKNOWN_TAKEN_AS_COMMIT) {
            believed.putAll(sent);
        } else if (walk.mutation == SimulationMutation.UNKNOWN_TAKEN_AS_ABORT) {
            var nothing = new OffsetAndMetadata(0, new CommitMetadata(null, null, 0).format());
            sent.keySet().forEach(lane -> believed.put(lane, known.getOrDefault(lane, nothing)));
        }
    }

    @Nullable
    OffsetAndMetadata commit(TopicPartition lane, @Nullable OffsetAndMetadata truth) {
        var belief = believed.get(lane);
        if (belief == null) {
            if (truth != null) {
                known.put(lane, truth);
            }
            return truth;
        }
        return switch (walk.mutation) {
            case NUMBER_KEPT_OVER_ABORT, NUMBER_KEPT_OVER_REBALANCE ->
                new OffsetAndMetadata(truth == null ? 0 : truth.offset(), Optional.empty(), belief.metadata());
            default -> belief;
        };
    }

    Published published(TopicPartition lane, Published truth) {
        if (walk.mutation == SimulationMutation.NUMBER_FROM_METADATA_ALONE) {
            var commit = walk.broker.group(2).offsets.get(lane);
            return new Published(false, commit == null ? null : tail(commit), List.of());
        }
        if (walk.mutation == SimulationMutation.EMPTIED_TAKEN_AS_NEW && truth.tail() == null) {
            return new Published(false, null, List.of());
        }
        var belief = believed.get(lane);
        return belief == null ? truth : new Published(true, tail(belief), truth.recent());
    }

    private static @Nullable Origin tail(OffsetAndMetadata commit) {
        return requireNonNull(CommitMetadata.parse(commit.metadata())).tail();
    }

    List<ConsumerRecord<byte[], byte[]>> deliver(TopicPartition lane, List<ConsumerRecord<byte[], byte[]>> records) {
        return switch (walk.mutation) {
            case EPOCHS_IGNORED ->
                records.stream()
                        .map(record -> copy(record, record.headers(), 0))
                        .toList();
            case PREDECESSOR_NOT_CHECKED, FIRST_RECORD_ACCEPTED -> member.stage == 2 ? joined(lane, records) : records;
            default -> records;
        };
    }

    /** With the lane's number as the predecessor of whatever the mutated gate would accept. */
    private List<ConsumerRecord<byte[], byte[]>> joined(
            TopicPartition lane, List<ConsumerRecord<byte[], byte[]>> records) {
        var joined = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        var number = walk.ledger.number(lane.partition());
        for (var record : records) {
            var link = requireNonNull(LaneLink.read(record.headers()));
            boolean accepted = number == null
                    || (walk.mutation == SimulationMutation.PREDECESSOR_NOT_CHECKED
                            && link.origin().comparedTo(number) == Origin.Order.NEWER);
            if (accepted) {
                var headers = new RecordHeaders(record.headers());
                new LaneLink(link.origin(), number).write(headers);
                joined.add(copy(record, headers, record.leaderEpoch().orElse(0)));
                number = link.origin();
            } else {
                joined.add(record);
            }
        }
        return joined;
    }

    private static ConsumerRecord<byte[], byte[]> copy(
            ConsumerRecord<byte[], byte[]> record, org.apache.kafka.common.header.Headers headers, int epoch) {
        return new ConsumerRecord<>(
                record.topic(),
                record.partition(),
                record.offset(),
                record.timestamp(),
                record.timestampType(),
                0,
                0,
                record.key(),
                record.value(),
                headers,
                Optional.of(epoch));
    }
}
