package dev.millrace.stage;

import dev.millrace.contract.Origin;
import dev.millrace.stage.PublishedLanes.Published;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Where one lane of the publishing stage stands. Lives from one read of the truth to the next revoke, abort or unknown
 * commit; after any of these nothing that memory says counts.
 */
final class PublishingLane {
    private final RecentUploads recent;
    private @Nullable Origin number;
    private @Nullable Origin tail;

    private PublishingLane(@Nullable Origin number, @Nullable Origin tail, RecentUploads recent) {
        this.number = number;
        this.tail = tail;
        this.recent = recent;
    }

    /**
     * Takes the number from the lane of the results topic and checks the committed metadata against it.
     *
     * @param window the idempotency window
     * @throws StalledException if the two disagree, or neither says
     */
    static PublishingLane load(
            TopicPartition partition, @Nullable OffsetAndMetadata commit, Published published, Duration window) {
        var metadata = commit == null ? null : CommitMetadata.parse(commit.metadata());
        var recent = new RecentUploads(window);
        published.recent().forEach(upload -> recent.add(upload.attempt(), upload.publishedAt()));
        if (published.tail() == null && published.everHeldARecord() && metadata == null) {
            throw new StalledException(
                    Stall.NUMBER_MISSING,
                    "%s: no number is committed and retention has emptied the results".formatted(partition));
        }
        if (metadata == null) {
            return new PublishingLane(published.tail(), published.tail(), recent);
        }
        boolean emptied = published.tail() == null && published.everHeldARecord();
        if (!emptied && !Objects.equals(metadata.tail(), published.tail())) {
            throw new StalledException(
                    Stall.NUMBER_MISMATCH,
                    "%s: last result is of %s (expected, by the commit: %s)"
                            .formatted(partition, LaneLink.text(published.tail()), LaneLink.text(metadata.tail())));
        }
        return new PublishingLane(metadata.last(), metadata.tail(), recent);
    }

    /** Origin of the last record that passed the gate; null before the first. */
    @Nullable
    Origin number() {
        return number;
    }

    boolean hasPublished(UploadAttempt attempt) {
        return recent.contains(attempt);
    }

    void published(Origin origin, UploadAttempt attempt, Instant now) {
        number = origin;
        tail = origin;
        recent.add(attempt, now);
    }

    /** A second record of an upload and attempt: the chain goes on without a result. */
    void passedOver(Origin origin) {
        number = origin;
    }

    OffsetAndMetadata commit(long nextOffset, Optional<Integer> epoch) {
        return new OffsetAndMetadata(nextOffset, epoch, new CommitMetadata(number, tail, 0).format());
    }
}
