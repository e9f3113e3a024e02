package dev.millrace.stage;

import static java.util.Objects.requireNonNull;

import dev.millrace.contract.Topics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.ProducerFencedException;

/** Logs, groups and transactions, and what is still on the wire to them. Confined to the walk's turn. */
final class SimulatedBroker {
    private final SimulationWalk walk;
    private final Map<TopicPartition, SimulatedLog> logs = new LinkedHashMap<>();
    private final List<SimulatedGroup> groups = new ArrayList<>();
    private final Map<String, Integer> producerEpochs = new HashMap<>();
    private final Map<String, SimulatedTransaction> current = new HashMap<>();
    private final List<SimulatedTransaction> incomplete = new ArrayList<>();
    /** Requests whose sender has given them up or died: each lands late or never. */
    final List<Runnable> wire = new ArrayList<>();

    SimulatedBroker(SimulationWalk walk, int lanes) {
        this.walk = walk;
        for (String topic : Topics.LANE_TOPICS) {
            var partitions = IntStream.range(0, lanes)
                    .mapToObj(lane -> new TopicPartition(topic, lane))
                    .toList();
            partitions.forEach(partition -> logs.put(partition, new SimulatedLog(partition)));
            if (!topic.equals(Topics.RESULTS)) {
                groups.add(new SimulatedGroup(partitions));
            }
        }
    }

    SimulatedLog log(TopicPartition partition) {
        return requireNonNull(logs.get(partition), partition::toString);
    }

    SimulatedLog log(String topic, int lane) {
        return log(new TopicPartition(topic, lane));
    }

    /** @param stage 0 feature, 1 inference, 2 postprocessor */
    SimulatedGroup group(int stage) {
        return groups.get(stage);
    }

    boolean isStable(TopicPartition partition) {
        return incomplete.stream().noneMatch(transaction -> transaction.isPending(partition));
    }

    /** Fences older producers of the id and brings their transaction to its end. @return the producer's epoch */
    int initTransactions(String transactionalId) {
        var open = current.remove(transactionalId);
        if (open != null) {
            if (open.isOpen()) {
                walk.event(transactionalId, "transactions aborted by the next producer");
                open.decide(false);
            }
            complete(open);
        }
        return producerEpochs.merge(transactionalId, 1, Integer::sum);
    }

    void append(String transactionalId, int epoch, ProducerRecord<byte[], byte[]> record) {
        open(transactionalId, epoch)
                .append(log(record.topic(), requireNonNull(record.partition())), record, walk.now());
    }

    void addOffsets(
            String transactionalId,
            int epoch,
            Map<TopicPartition, OffsetAndMetadata> offsets,
            ConsumerGroupMetadata member) {
        var group = group(2);
        if (walk.mutation != SimulationMutation.BARE_GROUP_ID) {
            try {
                group.requireCurrent(member.memberId(), member.generationId());
            } catch (RuntimeException e) {
                walk.event(transactionalId, "transactions refused to a member that lost its lanes");
                throw e;
            }
        }
        var transaction = open(transactionalId, epoch);
        if (walk.mutation == SimulationMutation.OFFSETS_OUTSIDE_THE_TRANSACTION) {
            group.offsets.putAll(offsets);
        } else {
            transaction.addOffsets(group, offsets);
        }
    }

    void commit(String transactionalId, int epoch) {
        requireEpoch(transactionalId, epoch);
        var transaction = current.get(transactionalId);
        if (transaction == null || !transaction.isOpen()) {
            throw new InvalidTxnStateException("no transaction is open");
        }
        transaction.decide(true);
        walk.ledger.committed(transaction);
    }

    /** Something that the broker does in its own time: one marker, or the end of a transaction that took too long. */
    void work() {
        if (incomplete.isEmpty()) {
            return;
        }
        var transaction = incomplete.get(walk.choices.of(incomplete.size()));
        if (!transaction.isOpen()) {
            transaction.mark(walk.choices.of(2));
            walk.trace("broker writes a marker for %s", transaction.transactionalId);
        } else if (walk.choices.oneIn(3)) {
            walk.event(transaction.transactionalId, "transactions aborted by their timeout");
            producerEpochs.merge(transaction.transactionalId, 1, Integer::sum);
            transaction.decide(false);
        }
        incomplete.removeIf(SimulatedTransaction::isComplete);
    }

    /** Time passes: nothing stays open or half marked. */
    void settle() {
        for (var transaction : List.copyOf(incomplete)) {
            if (transaction.isOpen()) {
                producerEpochs.merge(transaction.transactionalId, 1, Integer::sum);
                transaction.decide(false);
            }
            complete(transaction);
        }
    }

    /** One request that was given up lands after all, or is lost for good. */
    void deliverLate() {
        if (!wire.isEmpty()) {
            var request = wire.remove(walk.choices.of(wire.size()));
            if (walk.choices.of(3) == 0) {
                request.run();
            }
        }
    }

    private SimulatedTransaction open(String transactionalId, int epoch) {
        requireEpoch(transactionalId, epoch);
        var transaction = current.get(transactionalId);
        if (transaction == null || !transaction.isOpen()) {
            if (transaction != null) {
                complete(transaction);
            }
            transaction = new SimulatedTransaction(transactionalId);
            current.put(transactionalId, transaction);
            incomplete.add(transaction);
        }
        return transaction;
    }

    private void requireEpoch(String transactionalId, int epoch) {
        if (producerEpochs.getOrDefault(transactionalId, 0) != epoch) {
            throw new ProducerFencedException("%s: epoch %d (expected: %d)"
                    .formatted(transactionalId, epoch, producerEpochs.get(transactionalId)));
        }
    }

    private void complete(SimulatedTransaction transaction) {
        while (!transaction.isComplete()) {
            transaction.mark(0);
        }
        incomplete.remove(transaction);
    }
}
