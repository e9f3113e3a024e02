package dev.millrace.stage;

import static dev.millrace.stage.TestRecords.LANE;
import static dev.millrace.stage.TestRecords.NOW;
import static dev.millrace.stage.TestRecords.origin;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.contract.Origin;
import dev.millrace.stage.PublishedLanes.Published;
import dev.millrace.stage.PublishedLanes.PublishedUpload;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PublishingLaneTests {
    private static final Duration WINDOW = Duration.ofHours(1);
    private static final Published NEVER_USED = new Published(false, null, List.of());
    private static final Published EMPTIED = new Published(true, null, List.of());

    private static Published endsWith(long offset) {
        return new Published(true, origin(offset), List.of());
    }

    private static OffsetAndMetadata commit(@Nullable Origin last, @Nullable Origin tail) {
        return new OffsetAndMetadata(20, Optional.empty(), new CommitMetadata(last, tail, 0).format());
    }

    private static PublishingLane load(@Nullable OffsetAndMetadata commit, Published published) {
        return PublishingLane.load(LANE, commit, published, WINDOW);
    }

    private static void assertStalls(Stall stall, @Nullable OffsetAndMetadata commit, Published published) {
        assertThatExceptionOfType(StalledException.class)
                .isThrownBy(() -> load(commit, published))
                .satisfies(e -> assertThat(e.stall()).isEqualTo(stall));
    }

    @Test
    void standsBeforeTheFirstWhereNothingWasEverPublished() {
        assertThat(load(null, NEVER_USED).number()).isNull();
        assertThat(load(commit(null, null), NEVER_USED).number()).isNull();
        assertThat(load(new OffsetAndMetadata(20), NEVER_USED).number()).isNull();
    }

    @Test
    void takesTheTailWhereTheMetadataIsLost() {
        assertThat(load(null, endsWith(7)).number()).isEqualTo(origin(7));
        assertThat(load(new OffsetAndMetadata(20), endsWith(7)).number()).isEqualTo(origin(7));
    }

    @Test
    void goesOnWhereBothAgree() {
        assertThat(load(commit(origin(7), origin(7)), endsWith(7)).number()).isEqualTo(origin(7));
    }

    @Test
    void standsBehindADuplicateThatLeftNoResult() {
        assertThat(load(commit(origin(9), origin(7)), endsWith(7)).number()).isEqualTo(origin(9));
    }

    @Test
    void trustsTheMetadataWhereRetentionEmptiedTheResults() {
        assertThat(load(commit(origin(7), origin(7)), EMPTIED).number()).isEqualTo(origin(7));
    }

    @Test
    void stallsWhereNeitherSays() {
        assertStalls(Stall.NUMBER_MISSING, null, EMPTIED);
        assertStalls(Stall.NUMBER_MISSING, new OffsetAndMetadata(20), EMPTIED);
    }

    @Test
    void stallsWhereTheyDisagree() {
        assertStalls(Stall.NUMBER_MISMATCH, commit(origin(7), origin(7)), endsWith(8));
        assertStalls(Stall.NUMBER_MISMATCH, commit(origin(7), origin(7)), endsWith(6));
        assertStalls(Stall.NUMBER_MISMATCH, commit(origin(7), origin(7)), NEVER_USED);
        assertStalls(Stall.NUMBER_MISMATCH, commit(null, null), endsWith(0));
    }

    @Test
    void commitsItsNumberAndItsTail() {
        var lane = load(commit(origin(7), origin(7)), endsWith(7));
        lane.published(origin(8), new UploadAttempt(TestRecords.id(8), 1), NOW);
        lane.passedOver(origin(9));

        var commit = lane.commit(21, Optional.of(3));

        assertThat(commit.offset()).isEqualTo(21);
        assertThat(commit.leaderEpoch()).contains(3);
        assertThat(CommitMetadata.parse(commit.metadata())).isEqualTo(new CommitMetadata(origin(9), origin(8), 0));
    }

    @Test
    void knowsTheUploadsThatTheResultsTopicHolds() {
        var upload = new UploadAttempt(UUID.fromString("00000000-0000-8000-8000-000000000001"), 1);
        var published = new Published(true, origin(7), List.of(new PublishedUpload(upload, NOW)));

        assertThat(load(null, published).hasPublished(upload)).isTrue();
    }
}
