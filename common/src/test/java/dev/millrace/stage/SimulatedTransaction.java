package dev.millrace.stage;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * A transaction as its coordinator knows it. First it is decided; then its markers are written, one after the other in
 * any order, to each log and to the group's offsets, which are pending until then.
 */
final class SimulatedTransaction {
    final String transactionalId;
    final List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    private final Set<SimulatedLog> unmarked = new LinkedHashSet<>();
    private final Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    private @Nullable SimulatedGroup group;
    private State state = State.OPEN;

    SimulatedTransaction(String transactionalId) {
        this.transactionalId = transactionalId;
    }

    private enum State {
        OPEN,
        COMMITTED,
        ABORTED
    }

    boolean isOpen() {
        return state == State.OPEN;
    }

    boolean isCommitted() {
        return state == State.COMMITTED;
    }

    boolean isMarkedOn(SimulatedLog log) {
        return !unmarked.contains(log);
    }

    boolean isComplete() {
        return state != State.OPEN && unmarked.isEmpty() && group == null;
    }

    boolean isPending(TopicPartition partition) {
        return group != null && offsets.containsKey(partition);
    }

    void append(SimulatedLog log, ProducerRecord<byte[], byte[]> record, Instant now) {
        unmarked.add(log);
        records.add(log.append(record, this, now));
    }

    void addOffsets(SimulatedGroup group, Map<TopicPartition, OffsetAndMetadata> offsets) {
        this.group = group;
        this.offsets.putAll(offsets);
    }

    void decide(boolean commit) {
        state = commit ? State.COMMITTED : State.ABORTED;
    }

    /** Writes one of the markers that are missing. @param choice which */
    void mark(int choice) {
        if (group != null && (choice == 0 || unmarked.isEmpty())) {
            if (isCommitted()) {
                group.offsets.putAll(offsets);
            }
            group = null;
        } else if (!unmarked.isEmpty()) {
            var log = unmarked.iterator().next();
            unmarked.remove(log);
            log.mark();
        }
    }
}
