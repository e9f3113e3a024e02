package dev.millrace.stage;

import dev.millrace.contract.Origin;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Where one lane of an inner stage stands, from its assignment to its loss, and whether its next record is suspected of
 * ending the process.
 *
 * <p>Suspicion costs no commit while all goes well: an ordinary commit says in advance that work begins at its offset,
 * which is one try. A new owner cannot know what became of that, so it announces another before it begins. Progress
 * wipes tries out; whoever outlives a failure, or hands the lane over, takes its own back. After two tries that did not
 * come back records are worked on one by one, each announced; the one that stands first after a third is guilty.
 */
final class InnerLane {
    private static final int ORDINARY = 1;
    private static final int SUSPECT = 2;
    private static final int GUILTY = 3;

    private final TopicPartition partition;
    private final Set<Long> unsendable = new HashSet<>();
    private @Nullable Frontier frontier;
    private String incarnation = "";
    private int tries;
    private boolean toBeAnnounced = true;
    private boolean announced;
    private long suspectUntil;
    private long guilty = -1;

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
        OffsetAndMetadata position() {
            return new OffsetAndMetadata(offset, epoch, "");
        }

        private OffsetAndMetadata commit(int tries) {
            return new OffsetAndMetadata(offset, epoch, new CommitMetadata(last, null, tries).format());
        }
    }

    TopicPartition partition() {
        return partition;
    }

    boolean isLoaded() {
        return frontier != null;
    }

    /**
     * Takes the place from the group's commit.
     *
     * @param incarnation id of the input topic
     * @param tries as the commit counts them, 0 without one
     */
    void load(Frontier committed, String incarnation, int tries) {
        this.frontier = committed;
        this.incarnation = incarnation;
        this.tries = tries;
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

    /** What to commit once {@code next} is reached. */
    OffsetAndMetadata commit(Frontier next) {
        return next.commit(triesAt(next));
    }

    /** Moves up after a commit. */
    void moveTo(Frontier next) {
        if (next.offset() < frontier().offset()) {
            throw new IllegalStateException("%s: frontier %d (expected: %d or more)"
                    .formatted(partition, next.offset(), frontier().offset()));
        }
        frontier = next;
        tries = triesAt(next);
        toBeAnnounced = isSuspect();
        announced = false;
        unsendable.removeIf(offset -> offset < next.offset());
    }

    private int triesAt(Frontier place) {
        return place.offset() < suspectUntil ? SUSPECT : ORDINARY;
    }

    /** Looks at the records that come first after the lane was loaded: those that earlier tries may have ended with. */
    void suspect(List<ConsumerRecord<byte[], byte[]>> records) {
        if (tries >= GUILTY && suspectUntil == 0) {
            guilty = records.getFirst().offset();
            suspectUntil = guilty + 1;
        } else if (tries >= SUSPECT && suspectUntil == 0) {
            suspectUntil = records.getLast().offset() + 1;
        }
    }

    /** Whether the next record is to be worked on alone. */
    boolean isSuspect() {
        return frontier().offset() < suspectUntil;
    }

    /** Whether the record ended the process too often to be tried again. */
    boolean isGuilty(long offset) {
        return offset == guilty;
    }

    /** What to commit before work begins; null if an earlier commit says it. */
    @Nullable
    OffsetAndMetadata announcement() {
        return toBeAnnounced ? frontier().commit(tries + 1) : null;
    }

    /** The announcement is committed. */
    void announced() {
        toBeAnnounced = false;
        announced = true;
    }

    /**
     * Takes the try back after a failure that the process has outlived; the next one is announced again.
     *
     * @return what to commit; null if nothing was announced
     */
    @Nullable
    OffsetAndMetadata withdraw() {
        var withdrawal = announced ? frontier().commit(tries) : null;
        toBeAnnounced = true;
        announced = false;
        return withdrawal;
    }

    /** What to commit as the lane is handed over, so that the try said in advance does not count; null if none was. */
    @Nullable
    OffsetAndMetadata release() {
        return toBeAnnounced || announced || tries != ORDINARY
                ? null
                : frontier().commit(0);
    }

    /** The record's outcome can never be sent as it is, so its next try becomes a small {@code FAILED}. */
    void markUnsendable(long offset) {
        unsendable.add(offset);
    }

    boolean isUnsendable(long offset) {
        return unsendable.contains(offset);
    }
}
