package dev.millrace.stage;

import static dev.millrace.stage.TestRecords.LANE;
import static dev.millrace.stage.TestRecords.NOW;
import static dev.millrace.stage.TestRecords.bodies;
import static dev.millrace.stage.TestRecords.inner;
import static dev.millrace.stage.TestRecords.link;
import static dev.millrace.stage.TestRecords.origin;
import static dev.millrace.stage.TestRecords.text;
import static dev.millrace.stage.TestRecords.upload;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.ErrorCode;
import dev.millrace.contract.Headers;
import dev.millrace.contract.v1.OutcomeFailed;
import dev.millrace.stage.StageDefinition.LaneSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A stage on a log that the test holds: {@link #poll} gives what stands at the consumer's position. */
class InnerStageTests {
    private final FakeConsumer consumer = new FakeConsumer(LANE);
    private StageMeters meters = new StageMeters(new SimpleMeterRegistry(), "test", Clock.systemUTC());
    private final List<FakeProducer> producers = new ArrayList<>();
    private final Set<String> refusedOnce = new HashSet<>();
    private final Set<String> refusedForGood = new HashSet<>();
    private List<ConsumerRecord<byte[], byte[]>> log = List.of();
    private String incarnation = TestRecords.INCARNATION;
    private Instant now = NOW;
    private boolean brokerIsThere = true;
    private InnerStage<String, String> stage = stage(LaneSource.OWN_POSITION);

    private InnerStage<String, String> stage(LaneSource source) {
        return stage(TestStage.definition(source));
    }

    private InnerStage<String, String> stage(StageDefinition<String, String> definition) {
        var sender = new OutcomeSender(
                definition,
                () -> {
                    producers.add(new FakeProducer(this::refusal));
                    producers.getLast().refusesLate = brokerIsThere;
                    return producers.getLast();
                },
                meters,
                () -> now);
        return new InnerStage<>(definition, sender, () -> incarnation, meters, () -> now, TestRecords.noBackoff());
    }

    private @Nullable RuntimeException refusal(ProducerRecord<byte[], byte[]> record) {
        if (refusedOnce.remove(record.topic() + " " + text(record.value()))) {
            return new TimeoutException("not acknowledged");
        }
        return refusedForGood.contains(record.topic() + " " + text(record.value()))
                ? new RecordTooLargeException("too large")
                : null;
    }

    private void assign() {
        stage.assigned(consumer, List.of(LANE));
    }

    private void poll() {
        long position = consumer.position(LANE);
        var records = log.stream()
                .filter(record ->
                        record.offset() >= position && !consumer.paused().contains(LANE))
                .toList();
        if (!records.isEmpty()) {
            consumer.seek(LANE, records.getLast().offset() + 1);
            stage.process(consumer, records);
        }
    }

    private void pollToTheEnd() {
        for (int i = 0; i < 100 && consumer.position(LANE) <= log.getLast().offset(); i++) {
            poll();
        }
    }

    private List<ProducerRecord<byte[], byte[]>> sent() {
        return producers.stream()
                .flatMap(producer -> producer.sent(TestStage.OUTPUT).stream())
                .toList();
    }

    private static List<LaneLink> links(List<ProducerRecord<byte[], byte[]>> sent) {
        return sent.stream()
                .map(record -> requireNonNull(LaneLink.read(record.headers())))
                .toList();
    }

    private static List<ConsumerRecord<byte[], byte[]>> uploads(String... bodies) {
        return IntStream.range(0, bodies.length)
                .mapToObj(i -> upload(i, bodies[i]))
                .toList();
    }

    /** @param last offset of the origin before, -1 for none */
    private static OffsetAndMetadata committed(long offset, long last, int tries) {
        var metadata = new CommitMetadata(last < 0 ? null : origin(last), null, tries);
        return new OffsetAndMetadata(offset, last < 0 ? Optional.empty() : Optional.of(0), metadata.format());
    }

    @Test
    void movesRecordsOnAndCommitsBehindThem() {
        log = uploads("a", "b", "c");
        assign();

        poll();

        assertThat(bodies(sent())).containsExactly("a", "b", "c");
        assertThat(links(sent())).containsExactly(link(0, -1), link(1, 0), link(2, 1));
        assertThat(sent()).allMatch(record -> record.partition() == 3 && record.timestamp() == NOW.toEpochMilli());
        assertThat(consumer.commit()).isEqualTo(committed(3, 2, 1));
    }

    @Test
    void goesOnAfterARestartWithThePredecessorOfTheCommit() {
        log = uploads("a", "b");
        assign();
        poll();
        log = List.of(upload(7, "c")); // behind markers

        stage = stage(LaneSource.OWN_POSITION);
        assign();
        pollToTheEnd();

        assertThat(links(sent())).containsExactly(link(0, -1), link(1, 0), link(7, 1));
    }

    @Test
    void commitsOnlyWhatWasAcknowledgedWithoutAHole() {
        log = uploads("a", "b", "c");
        refusedOnce.add("output.v1 b");
        assign();

        poll();

        assertThat(requireNonNull(consumer.commit()).offset()).isEqualTo(1);
        assertThat(consumer.position(LANE)).isEqualTo(1);
        assertThat(producers.getFirst().closed()).isTrue();

        poll();

        assertThat(bodies(sent())).endsWith("b", "c");
        assertThat(links(sent())).endsWith(link(1, 0), link(2, 1));
        assertThat(requireNonNull(consumer.commit()).offset()).isEqualTo(3);
    }

    @Test
    void goesBackWhereItCouldNotCommit() {
        log = uploads("a", "b");
        assign();
        consumer.onCommit = offsets -> {
            if (offsets.equals(Map.of(LANE, committed(2, 1, 1)))) {
                throw new RebalanceInProgressException("wait");
            }
        };

        poll();

        assertThat(consumer.commit()).isEqualTo(committed(0, -1, 0));
        assertThat(consumer.position(LANE)).isZero();

        consumer.onCommit = offsets -> {};
        poll();

        assertThat(links(sent())).containsExactly(link(0, -1), link(1, 0), link(0, -1), link(1, 0));
        assertThat(requireNonNull(consumer.commit()).offset()).isEqualTo(2);
    }

    @Test
    void sendsASmallFailureInPlaceOfWhatTheBrokerNeverTakes() throws Exception {
        log = uploads("a", "b", "c", "d");
        refusedForGood.add("output.v1 b");
        refusedForGood.add("output.v1 c");
        assign();

        poll();
        poll();

        var last = sent().subList(sent().size() - 3, sent().size());
        assertThat(links(last)).containsExactly(link(1, 0), link(2, 1), link(3, 2));
        var failed = OutcomeFailed.parseFrom(last.getFirst().value());
        assertThat(failed.getCode()).isEqualTo(ErrorCode.RESULT_TOO_LARGE.name());
        assertThat(failed.getDeadLetter()).isEqualTo("input.v1.group.dlq/3/1");
        assertThat(last.getFirst().key()).isNull();
        assertThat(requireNonNull(consumer.commit()).offset()).isEqualTo(4);
    }

    @Test
    void keepsTheDeadLetterBeforeTheFailureThatNamesIt() {
        log = uploads("undecodable");
        refusedOnce.add(TestStage.LETTERS + " undecodable");
        assign();

        poll();

        assertThat(sent()).isEmpty();
        assertThat(requireNonNull(consumer.commit()).offset()).isZero();

        poll();

        assertThat(producers.getLast().history())
                .extracting(ProducerRecord::topic)
                .containsExactly(TestStage.LETTERS, TestStage.OUTPUT);
        assertThat(requireNonNull(consumer.commit()).offset()).isEqualTo(1);
    }

    @Test
    void namesNoDeadLetterThatCouldNotBeKept() throws Exception {
        log = uploads("undecodable");
        refusedForGood.add(TestStage.LETTERS + " undecodable");
        assign();

        poll();

        assertThat(OutcomeFailed.parseFrom(sent().getFirst().value()).getDeadLetter())
                .isEmpty();
        assertThat(requireNonNull(consumer.commit()).offset()).isEqualTo(1);
    }

    @Test
    void copiesLinksBitByBitWhateverRepeatsAndGapsTheyHave() {
        stage = stage(LaneSource.HEADERS);
        log = List.of(inner(0, link(3, 2), "a"), inner(1, link(1, 0), "b"), inner(2, link(1, 0), "b"));
        assign();

        poll();

        assertThat(sent())
                .extracting(record -> Headers.text(record.headers(), Headers.ORIGIN))
                .containsExactly("topic-id:0:3", "topic-id:0:1", "topic-id:0:1");
        assertThat(links(sent())).containsExactly(link(3, 2), link(1, 0), link(1, 0));
    }

    @Test
    void commitsPastARecordWithoutALinkOnceItsLetterIsKept() {
        stage = stage(LaneSource.HEADERS);
        log = uploads("no link");
        assign();

        poll();

        assertThat(sent()).isEmpty();
        assertThat(producers.getFirst().sent(TestStage.LETTERS)).hasSize(1);
        assertThat(requireNonNull(consumer.commit()).offset()).isEqualTo(1);
    }

    @Test
    void triesTheBatchAgainWhileADependencyIsDown() {
        var down = new ArrayList<>(List.of(true, true));
        stage = stage(TestStage.definition(LaneSource.OWN_POSITION, batch -> {
            if (!down.isEmpty()) {
                down.removeLast();
                throw new TransientFailureException("down");
            }
            return TestStage.copy(batch);
        }));
        log = uploads("a", "b");
        assign();

        pollToTheEnd();

        assertThat(bodies(sent())).containsExactly("a", "b");
        assertThat(producers).hasSize(1);
    }

    @Test
    void sendsNothingMoreOnceASendFindsNoBroker() {
        log = uploads("a", "b", "c");
        brokerIsThere = false;
        assign();
        refusedOnce.addAll(Set.of("output.v1 a", "output.v1 b", "output.v1 c"));

        poll();

        assertThat(refusedOnce).containsExactlyInAnyOrder("output.v1 b", "output.v1 c");
    }

    @Test
    void stallsALaneWhoseTopicWasMadeAgain() {
        log = uploads("a", "b");
        assign();
        poll();
        log = uploads("a", "b", "another topic's");
        incarnation = "another";
        now = now.plusSeconds(11);

        poll();

        assertThat(consumer.paused()).containsExactly(LANE);
        assertThat(meters.stalledLanes().get(3)).startsWith("OTHER_INCARNATION");
        assertThat(bodies(sent())).containsExactly("a", "b");
    }

    @Test
    void stallsALaneWhosePredecessorIsUnknown() {
        consumer.commitSync(Map.of(LANE, new OffsetAndMetadata(1)));
        consumer.seek(LANE, 1);
        log = uploads("a", "b");
        assign();

        poll();

        assertThat(meters.stalledLanes().get(3)).startsWith("NUMBER_MISSING");
        assertThat(sent()).isEmpty();

        stage.revoked(consumer, List.of(LANE));
        assertThat(meters.stalledLanes()).isEmpty();
    }

    @Test
    void goesBackWithTheEpochThatShowsACutLog() {
        log = uploads("a");
        assign();
        consumer.committedFailure = new TimeoutException("not now");

        poll();

        assertThat(consumer.soughtTo).isEqualTo(new OffsetAndMetadata(0, Optional.of(0), ""));
    }

    @Test
    void worksOnNoLaneThatItHasLost() {
        log = uploads("a");
        assign();
        stage.revoked(consumer, List.of(LANE));

        poll();

        assertThat(sent()).isEmpty();
        assertThat(consumer.commit()).isNull();
    }

    @Test
    void triesAnAssignmentAgainUntilTheBrokerAnswers() {
        log = uploads("a");
        consumer.committedFailure = new TimeoutException("not now");

        assign();
        poll();

        assertThat(bodies(sent())).containsExactly("a");
    }

    /** Whatever fails and whenever it starts again, the next topic holds the lane as a subsequence. */
    @Test
    void losesNoRecordWhateverFails() {
        for (int seed = 0; seed < 300; seed++) {
            var random = new Random(seed);
            var run = new InnerStageTests();
            run.log = uploads("a", "b", "c", "d", "e", "f");
            run.assign();
            for (int step = 0; step < 12; step++) {
                if (random.nextInt(3) == 0) {
                    run.refusedOnce.add("output.v1 " + (char) ('a' + random.nextInt(6)));
                }
                if (random.nextInt(4) == 0) {
                    run.stage = run.stage(LaneSource.OWN_POSITION);
                    var commit = run.consumer.commit();
                    run.consumer.seek(LANE, commit == null ? 0 : commit.offset());
                    run.assign();
                }
                run.consumer.commitFailure = random.nextInt(4) == 0 ? new TimeoutException("commit") : null;
                run.poll();
            }
            run.consumer.commitFailure = null;
            run.refusedOnce.clear();
            run.pollToTheEnd();

            var rest = new ArrayList<>(List.of("a", "b", "c", "d", "e", "f"));
            for (var record : run.sent()) {
                assertThat(requireNonNull(LaneLink.read(record.headers())))
                        .isEqualTo(link(
                                text(record.value()).charAt(0) - 'a',
                                text(record.value()).charAt(0) - 'a' - 1));
                if (!rest.isEmpty() && rest.getFirst().equals(text(record.value()))) {
                    rest.removeFirst();
                }
            }
            assertThat(rest).as("seed %d", seed).isEmpty();
        }
    }

    @Test
    void tellsHowLongALaneHasFailedToGoOn() {
        var registry = new SimpleMeterRegistry();
        meters = new StageMeters(registry, "test", () -> now);
        stage = stage(LaneSource.OWN_POSITION);
        log = uploads("a");
        refusedOnce.add("output.v1 a");
        assign();

        poll();
        now = now.plusSeconds(7);

        assertThat(registry.get("millrace.stage.frontier.age").gauge().value()).isEqualTo(7);

        poll();

        assertThat(registry.get("millrace.stage.frontier.age").gauge().value()).isZero();
        assertThat(registry.get("millrace.stage.inflight").gauge().value()).isZero();
    }

    @Test
    void countsWhatAllMembersHaveInFlight() {
        var registry = new SimpleMeterRegistry();
        var shared = new StageMeters(registry, "test", () -> now);

        shared.inFlight(3);
        shared.inFlight(2);
        shared.inFlight(-3);

        assertThat(registry.get("millrace.stage.inflight").gauge().value()).isEqualTo(2);
    }
}
