package dev.millrace.stage;

import static dev.millrace.stage.TestRecords.INCARNATION;
import static dev.millrace.stage.TestRecords.LANE;
import static dev.millrace.stage.TestRecords.NOW;
import static dev.millrace.stage.TestRecords.headers;
import static dev.millrace.stage.TestRecords.id;
import static dev.millrace.stage.TestRecords.origin;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.contract.Origin;
import dev.millrace.stage.InnerLane.Frontier;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OwnPositionTests {
    private static OffsetAndMetadata commit(long offset, @Nullable Origin last) {
        return new OffsetAndMetadata(offset, Optional.of(0), new CommitMetadata(last, null, 0).format());
    }

    private static void assertStalls(Stall stall, @Nullable OffsetAndMetadata commit, long beginning) {
        assertThatExceptionOfType(StalledException.class)
                .isThrownBy(() -> OwnPosition.read(LANE, commit, beginning, INCARNATION))
                .satisfies(e -> assertThat(e.stall()).isEqualTo(stall));
    }

    private static ConsumerRecord<byte[], byte[]> record(long offset, int epoch) {
        return TestRecords.record(LANE, offset, headers(id(offset)), "", epoch, NOW.toEpochMilli());
    }

    @Test
    void beginsAnUntouchedLaneWithoutAPredecessor() {
        assertThat(OwnPosition.read(LANE, null, 0, INCARNATION)).isEqualTo(new Frontier(0, Optional.empty(), null));
        assertThat(OwnPosition.read(LANE, new OffsetAndMetadata(0), 0, INCARNATION))
                .isEqualTo(new Frontier(0, Optional.empty(), null));
    }

    @Test
    void goesOnWithThePredecessorOfTheCommit() {
        assertThat(OwnPosition.read(LANE, commit(9, origin(6)), 3, INCARNATION))
                .isEqualTo(new Frontier(9, Optional.of(0), origin(6)));
    }

    @Test
    void stallsWhereOffsetsExpiredAndRecordsAreGone() {
        assertStalls(Stall.NUMBER_MISSING, null, 3);
    }

    @Test
    void stallsWhereAToolSetTheOffset() {
        assertStalls(Stall.NUMBER_MISSING, new OffsetAndMetadata(7), 0);
    }

    @Test
    void stallsWhereTheTopicWasMadeAgain() {
        assertStalls(Stall.OTHER_INCARNATION, commit(9, new Origin("another", 0, 8)), 0);
    }

    @Test
    void stallsWhereUnreadRecordsWereDeleted() {
        assertStalls(Stall.OUT_OF_RANGE, commit(9, origin(8)), 10);
    }

    @Test
    void stallsWhereThePredecessorIsNotBeforeTheCommit() {
        assertStalls(Stall.NUMBER_MISMATCH, commit(9, origin(9)), 0);
    }

    @Test
    void stallsWhereTheEpochFalls() {
        assertThatCode(() -> OwnPosition.requireRisingEpochs(null, List.of(record(1, 0), record(2, 0), record(3, 4))))
                .doesNotThrowAnyException();
        assertThatExceptionOfType(StalledException.class)
                .isThrownBy(() -> OwnPosition.requireRisingEpochs(null, List.of(record(1, 4), record(2, 3))));
        assertThatExceptionOfType(StalledException.class)
                .isThrownBy(
                        () -> OwnPosition.requireRisingEpochs(new Origin(INCARNATION, 5, 0), List.of(record(1, 4))));
    }
}
