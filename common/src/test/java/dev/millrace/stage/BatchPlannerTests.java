package dev.millrace.stage;

import static dev.millrace.stage.TestRecords.LANE;
import static dev.millrace.stage.TestRecords.NOW;
import static dev.millrace.stage.TestRecords.inner;
import static dev.millrace.stage.TestRecords.link;
import static dev.millrace.stage.TestRecords.origin;
import static dev.millrace.stage.TestRecords.upload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contract.ErrorCode;
import dev.millrace.contract.Headers;
import dev.millrace.contract.OutcomeKind;
import dev.millrace.contract.v1.OutcomeExpired;
import dev.millrace.stage.InnerLane.Frontier;
import dev.millrace.stage.StageDefinition.LaneSource;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class BatchPlannerTests {
    private final List<List<String>> batches = new ArrayList<>();

    private BatchPlanner<String, String> planner(LaneSource source) {
        var definition = TestStage.definition(source, batch -> {
            batches.add(batch.stream().map(StageInput::value).toList());
            return TestStage.copy(batch);
        });
        return new BatchPlanner<>(
                definition, new BatchRunner<>(definition.function(), () -> {}), InstantSource.fixed(NOW));
    }

    private static InnerLane lane(TopicPartition partition, Frontier frontier) {
        var lane = new InnerLane(partition);
        lane.load(frontier, TestRecords.INCARNATION, 0);
        return lane;
    }

    private static InnerLane lane() {
        return lane(LANE, new Frontier(0, Optional.empty(), null));
    }

    private List<Emission> plan(LaneSource source, List<ConsumerRecord<byte[], byte[]>> records) {
        return planner(source).plan(Map.of(lane(), records));
    }

    private Emission planInner(ConsumerRecord<byte[], byte[]> record) {
        return plan(LaneSource.HEADERS, List.of(record)).getFirst();
    }

    private static void assertFails(Emission emission, ErrorCode code, String detail) {
        assertThat(emission).isInstanceOfSatisfying(Emission.Fail.class, fail -> {
            assertThat(fail.code()).isEqualTo(code);
            assertThat(fail.detail()).contains(detail);
        });
    }

    @Test
    void linksEachRecordToTheOneDeliveredBeforeIt() {
        var lane = lane(LANE, new Frontier(5, Optional.of(0), origin(3)));

        var emissions = planner(LaneSource.OWN_POSITION)
                .plan(Map.of(
                        lane, List.of(upload(5, "a"), upload(6, "undecodable"), upload(9, null), upload(10, "b"))));

        assertThat(emissions)
                .extracting(emission -> switch (emission) {
                    case Emission.Send send -> send.link();
                    case Emission.Fail fail -> fail.link();
                    case Emission.Unlinked unlinked -> null;
                })
                .containsExactly(link(5, 3), link(6, 5), link(9, 6), link(10, 9));
    }

    @Test
    void copiesLinksWhateverTheyAre() {
        var emission = planInner(inner(0, link(77, 12), "a"));

        assertThat(((Emission.Send) emission).link()).isEqualTo(link(77, 12));
    }

    @Test
    void keepsTheOrderOfEachLaneAndRunsAllLanesAsOneBatch() {
        var records = List.of(inner(0, link(0, -1), "a0"), inner(1, link(1, 0), null), inner(2, link(2, 1), "a2"));
        var other = new TopicPartition(TestRecords.INPUT, 4);
        var headers = TestRecords.headers(TestRecords.id(0));
        link(0, -1).write(headers);
        var polled = new LinkedHashMap<InnerLane, List<ConsumerRecord<byte[], byte[]>>>();
        polled.put(lane(), records);
        polled.put(
                lane(other, new Frontier(0, Optional.empty(), null)),
                List.of(TestRecords.record(other, 0, headers, "b0")));

        var emissions = planner(LaneSource.HEADERS).plan(polled);

        assertThat(emissions)
                .extracting(emission ->
                        emission.input().partition() + "/" + emission.input().offset())
                .containsExactly("3/0", "3/1", "3/2", "4/0");
        assertThat(batches).containsExactly(List.of("a0", "a2", "b0"));
    }

    @Test
    void passesOnWhatAnEarlierStageSettledWithoutReadingIt() {
        var record = inner(0, link(0, -1), "undecodable");
        Headers.set(record.headers(), Headers.OUTCOME, "failed");
        Headers.set(record.headers(), Headers.DEADLINE, "0");

        var emission = (Emission.Send) planInner(record);

        assertThat(emission.kind()).isEqualTo(OutcomeKind.FAILED);
        assertThat(emission.settledBefore()).isTrue();
        assertThat(emission.body()).isEqualTo(record.value());
        assertThat(batches).isEmpty();
    }

    @Test
    void passesOnWhatCollectorKnewEvenIfItIsLate() {
        var record = inner(0, link(0, -1), "undecodable");
        Headers.set(record.headers(), Headers.OUTCOME, "known");
        Headers.set(record.headers(), Headers.DEADLINE, "0");

        var emission = (Emission.Send) planInner(record);

        assertThat(emission.kind()).isEqualTo(OutcomeKind.KNOWN);
        assertThat(emission.body()).isEqualTo(record.value());
        assertThat(batches).isEmpty();
    }

    @Test
    void neverRunsWhatHasExpired() throws Exception {
        var record = inner(0, link(0, -1), "late");
        Headers.set(record.headers(), Headers.DEADLINE, Long.toString(NOW.toEpochMilli() - 1));

        var emission = (Emission.Send) planInner(record);

        assertThat(emission.kind()).isEqualTo(OutcomeKind.EXPIRED);
        assertThat(OutcomeExpired.parseFrom(emission.body()).getStage()).isEqualTo("test");
        assertThat(batches).isEmpty();
    }

    @Test
    void failsWhatCannotBeRead() {
        assertFails(
                planInner(inner(0, link(0, -1), "undecodable")), ErrorCode.UNDECODABLE_RECORD, "not of this schema");
        assertFails(planInner(inner(0, link(0, -1), null)), ErrorCode.UNDECODABLE_RECORD, "body: absent");

        var odd = inner(0, link(0, -1), "a");
        Headers.set(odd.headers(), Headers.OUTCOME, "odd");
        assertFails(planInner(odd), ErrorCode.UNDECODABLE_RECORD, "'odd'");

        var noPipeline = inner(0, link(0, -1), "a");
        noPipeline.headers().remove(Headers.PIPELINE);
        assertFails(planInner(noPipeline), ErrorCode.UNDECODABLE_RECORD, Headers.PIPELINE);
    }

    @Test
    void failsWhatItCannotWrite() {
        assertFails(planInner(inner(0, link(0, -1), "x".repeat(101))), ErrorCode.RESULT_TOO_LARGE, "101 bytes");
        assertFails(planInner(inner(0, link(0, -1), "unencodable")), ErrorCode.INTERNAL_ERROR, "unexpected");
    }

    @Test
    void failsWhatTheBrokerRefusedBefore() {
        var lane = lane();
        lane.markUnsendable(1);

        var emissions = planner(LaneSource.HEADERS)
                .plan(Map.of(lane, List.of(inner(0, link(0, -1), "a"), inner(1, link(1, 0), "b"))));

        assertThat(emissions.get(0)).isInstanceOf(Emission.Send.class);
        assertFails(emissions.get(1), ErrorCode.RESULT_TOO_LARGE, "refused");
    }

    @Test
    void givesARecordWithoutALinkNoPlaceOnTheLane() {
        var record = upload(0, "a");

        assertThat(planInner(record)).isInstanceOf(Emission.Unlinked.class);
        assertThat(planInner(record).origin()).isNull();
    }

    @Test
    void leavesAllToALaterTryWhenADependencyIsDown() {
        var definition = TestStage.definition(LaneSource.HEADERS, batch -> {
            throw new TransientFailureException("down");
        });
        var planner = new BatchPlanner<>(
                definition, new BatchRunner<>(definition.function(), () -> {}), InstantSource.fixed(NOW));

        assertThatThrownBy(() -> planner.plan(Map.of(lane(), List.of(inner(0, link(0, -1), "a")))))
                .isInstanceOf(TransientFailureException.class);
    }
}
