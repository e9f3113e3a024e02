package dev.millrace.stage;

import dev.millrace.contract.Origin;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Where one lane of an inner stage stands, from its assignment to its loss. */
final class InnerLane {
    private final TopicPartition partition;
    private final Set<Long> unsendable = new HashSet<>();
    private @Nullable Frontier frontier;
    private String incarnation = "";

    InnerLane(TopicPartition partition) {
        this.partition = partition;
    }

    /**
     * Everything below it was acknowledged by the next topic, in order, and is committed.
     *
     * @param offset first offset that is not done
     * @param epoch leader epoch of the record before it, if there is one
     * @param last origin of the last record below it; null before the first
     */
    record Frontier(
            long offset, Optional<Integer> epoch, @Nullable Origin last) {
        OffsetAndMetadata commit() {
            return new OffsetAndMetadata(offset, epoch, new CommitMetadata(last, null).format());
        }
    }

    TopicPartition partition() {
        return partition;
    }

    boolean isLoaded() {
        return frontier != null;
    }

    /** Takes the place from the group's commit. @param incarnation id of the input topic */
    void load(Frontier committed, String incarnation) {
        this.frontier = committed;
        this.incarnation = incarnation;
    }

    String incarnation() {
        return incarnation;
    }

    Frontier frontier() {
        if (frontier == null) {
            throw new IllegalStateException(partition + ": frontier used before it was loaded");
        }
        return frontier;
    }

    /** Moves up after a commit. */
    void moveTo(Frontier next) {
        if (next.offset() < frontier().offset()) {
            throw new IllegalStateException("%s: frontier %d (expected: %d or more)"
                    .formatted(partition, next.offset(), frontier().offset()));
        }
        frontier = next;
        unsendable.removeIf(offset -> offset < next.offset());
    }

    /** The record's outcome can never be sent as it is, so its next try becomes a small {@code FAILED}. */
    void markUnsendable(long offset) {
        unsendable.add(offset);
    }

    boolean isUnsendable(long offset) {
        return unsendable.contains(offset);
    }
}
