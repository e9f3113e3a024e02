package dev.millrace.stage;

import static dev.millrace.stage.TestRecords.LANE;
import static dev.millrace.stage.TestRecords.NOW;
import static dev.millrace.stage.TestRecords.bodies;
import static dev.millrace.stage.TestRecords.inner;
import static dev.millrace.stage.TestRecords.link;
import static dev.millrace.stage.TestRecords.origin;
import static dev.millrace.stage.TestRecords.text;
import static dev.millrace.stage.TestRecords.upload;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.ErrorCode;
import dev.millrace.contract.OutcomeKind;
import dev.millrace.contract.v1.OutcomeFailed;
import dev.millrace.stage.PublishedLanes.Published;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The edge on a broker that the test plays: committed transactions fill {@link #published} and the group's offsets. */
class PublishingStageTests {
    private static final UUID REPEATABLE = UUID.fromString("00000000-0000-8000-8000-000000000001");

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final StageMeters meters = new StageMeters(registry, "test", Clock.systemUTC());
    private final FakeConsumer consumer = new FakeConsumer(LANE);
    private final List<ProducerRecord<byte[], byte[]>> published = new ArrayList<>();
    private final List<FakeProducer> producers = new ArrayList<>();
    private @Nullable RuntimeException letterRefusal;
    private final FakeProducer letters = new FakeProducer(record -> letterRefusal);
    private @Nullable RuntimeException sendFailure;
    private @Nullable RuntimeException commitFailure;
    private boolean lands;
    private int openTransactions;
    private List<ConsumerRecord<byte[], byte[]>> log = List.of();
    private final PublishingStage stage = new PublishingStage(
            new PublishingDefinition(
                    "postprocessor", "group", TestRecords.INPUT, "results.v1", new Bodies(), Duration.ofHours(1), 100),
            () -> {
                producers.add(new EdgeProducer());
                return producers.getLast();
            },
            () -> letters,
            this::read,
            meters,
            InstantSource.fixed(NOW),
            TestRecords.noBackoff());

    private static final class Bodies implements ResultFactory {
        @Override
        public byte[] succeeded(UploadHeaders headers, byte[] body, Instant receivedAt, Headers publishedHeaders) {
            publishedHeaders.add("kind", "succeeded".getBytes(UTF_8));
            return switch (text(body)) {
                case "permanent" -> throw new PermanentFailureException(ErrorCode.UNKNOWN_PIPELINE, "pipeline: 'x'");
                case "broken" -> throw new IllegalStateException("secret");
                default -> body;
            };
        }

        @Override
        public byte[] ended(
                UploadHeaders headers, OutcomeKind kind, byte[] body, Instant receivedAt, Headers publishedHeaders) {
            publishedHeaders.add("kind", kind.header().getBytes(UTF_8));
            try {
                return (kind == OutcomeKind.FAILED
                                ? OutcomeFailed.parseFrom(body).getCode()
                                        + " "
                                        + OutcomeFailed.parseFrom(body).getDeadLetter()
                                : kind.name())
                        .getBytes(UTF_8);
            } catch (com.google.protobuf.InvalidProtocolBufferException e) {
                return "UNREADABLE".getBytes(UTF_8);
            }
        }
    }

    /** A transaction that lands whole or not at all, whatever its client is told. */
    private final class EdgeProducer extends FakeProducer {
        EdgeProducer() {
            super(record -> sendFailure);
        }

        /** As the real one does: a send that fails takes its transaction with it. */
        @Override
        public synchronized Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
            commitFailure = sendFailure == null ? commitFailure : sendFailure;
            return super.send(record, callback);
        }

        @Override
        public void commitTransaction() {
            var failure = commitFailure;
            commitFailure = null;
            if (failure == null || lands) {
                published.addAll(uncommittedRecords());
                consumer.commitSync(requireNonNull(uncommittedOffsets().get("group")));
            }
            if (failure != null) {
                throw failure;
            }
            super.commitTransaction();
        }
    }

    private Published read(int lane, Instant since) {
        if (openTransactions > 0) {
            openTransactions--;
            throw new TransientFailureException("a transaction is still open");
        }
        return published.isEmpty()
                ? new Published(false, null, List.of())
                : new Published(
                        true,
                        requireNonNull(LaneLink.read(published.getLast().headers()))
                                .origin(),
                        List.of());
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

    private void assign() {
        stage.assigned(consumer, List.of(LANE));
    }

    private long committed() {
        var commit = consumer.commit();
        return commit == null ? 0 : commit.offset();
    }

    private double judged(String verdict) {
        var counter =
                registry.find("millrace.lane.records").tag("verdict", verdict).counter();
        return counter == null ? 0 : counter.count();
    }

    @SafeVarargs
    private void logOf(ConsumerRecord<byte[], byte[]>... records) {
        log = List.of(records);
    }

    @Test
    void publishesTheChainAndDropsRepeatsAndWhatIsBehindAGap() {
        logOf(
                inner(0, link(1, 0), "b behind a gap"),
                inner(1, link(0, -1), "a"),
                inner(2, link(0, -1), "a again"),
                inner(3, link(1, 0), "b"),
                inner(4, link(5, 4), "f behind a gap"));
        assign();

        pollToTheEnd();

        assertThat(bodies(published)).containsExactly("a", "b");
        assertThat(published).allMatch(result -> result.partition() == 3);
        assertThat(committed()).isEqualTo(5);
        assertThat(requireNonNull(consumer.commit()).metadata())
                .isEqualTo(new CommitMetadata(origin(1), origin(1), 0).format());
        assertThat(List.of(judged("accepted"), judged("repeat"), judged("gap"))).containsExactly(2.0, 1.0, 2.0);
    }

    @Test
    void commitsNothingOutsideATransaction() {
        logOf(inner(0, link(0, -1), "a"));
        commitFailure = new TimeoutException("commit");
        assign();

        poll();

        assertThat(published).isEmpty();
        assertThat(consumer.commit()).isNull();
        assertThat(consumer.position(LANE)).isZero();
    }

    @Test
    void publishesAfterAnAbortWhatTheAbortTook() {
        logOf(inner(0, link(0, -1), "a"), inner(1, link(1, 0), "b"));
        commitFailure = new TimeoutException("commit");
        assign();

        pollToTheEnd();

        assertThat(bodies(published)).containsExactly("a", "b");
        assertThat(producers).hasSize(2);
        assertThat(producers.getFirst().closed()).isTrue();
    }

    @Test
    void publishesNothingAgainAfterACommitThatLandedUnknown() {
        logOf(inner(0, link(0, -1), "a"), inner(1, link(1, 0), "b"));
        commitFailure = new TimeoutException("commit");
        lands = true;
        assign();

        poll();
        log = List.of(log.get(0), log.get(1), inner(2, link(0, -1), "a again"), inner(3, link(2, 1), "c"));
        pollToTheEnd();

        assertThat(bodies(published)).containsExactly("a", "b", "c");
        assertThat(judged("repeat")).isEqualTo(1);
        assertThat(registry.counter("millrace.transactions", "stage", "test", "outcome", "unknown")
                        .count())
                .isEqualTo(1);
    }

    @Test
    void startsOverWhereAResultCannotBeSent() {
        logOf(inner(0, link(0, -1), "a"));
        sendFailure = new TimeoutException("no metadata");
        assign();

        poll();
        sendFailure = null;
        pollToTheEnd();

        assertThat(bodies(published)).contains("a");
    }

    @Test
    void findsItsFirstRecordBehindAHole() {
        logOf(inner(7, link(0, -1), "a"));
        assign();

        pollToTheEnd();

        assertThat(bodies(published)).containsExactly("a");
    }

    @Test
    void waitsUntilTheTruthCanBeRead() {
        logOf(inner(0, link(0, -1), "a"));
        openTransactions = 2;
        assign();

        pollToTheEnd();

        assertThat(bodies(published)).containsExactly("a");
    }

    @Test
    void readsTheTruthAgainWhenALaneComesBack() {
        logOf(inner(0, link(0, -1), "a"));
        assign();
        poll();
        stage.revoked(consumer, List.of(LANE));
        // Another member publishes the next.
        var b = inner(1, link(1, 0), "b");
        published.add(new ProducerRecord<>("results.v1", 3, null, b.key(), b.value(), b.headers()));
        consumer.commitSync(Map.of(
                LANE,
                new org.apache.kafka.clients.consumer.OffsetAndMetadata(
                        2, new CommitMetadata(origin(1), origin(1), 0).format())));

        assign();
        consumer.seek(LANE, 2);
        logOf(inner(2, link(1, 0), "b again"), inner(3, link(2, 1), "c"));
        pollToTheEnd();

        assertThat(bodies(published)).containsExactly("a", "b", "c");
    }

    @Test
    void worksOnNoLaneThatItHasLost() {
        logOf(inner(0, link(0, -1), "a"));
        assign();
        stage.revoked(consumer, List.of(LANE));

        poll();

        assertThat(published).isEmpty();
        assertThat(consumer.commit()).isNull();
    }

    @Test
    void stopsTheLaneAtAForkAndKeepsWhatLiesBefore() {
        logOf(inner(0, link(0, -1), "a"), inner(1, link(3, 2), "gap"), inner(2, link(2, -1), "fork"));
        assign();

        poll();

        assertThat(bodies(published)).containsExactly("a");
        assertThat(committed()).isEqualTo(2);
        assertThat(consumer.position(LANE)).isEqualTo(2);
        assertThat(consumer.paused()).containsExactly(LANE);
        assertThat(meters.stalledLanes().get(3)).startsWith("FORK");
    }

    @Test
    void stallsWhereMetadataAndResultsDisagree() {
        logOf(inner(0, link(0, -1), "a"), inner(1, link(1, 0), "b"));
        assign();
        poll();
        published.removeLast();
        stage.revoked(consumer, List.of(LANE));
        assign();
        logOf(inner(2, link(2, 1), "c"));

        poll();

        assertThat(meters.stalledLanes().get(3)).startsWith("NUMBER_MISMATCH");
        assertThat(bodies(published)).containsExactly("a");
    }

    @Test
    void publishesASecondRecordOfAnUploadOnlyOnceYetGoesOnBehindIt() {
        logOf(
                inner(0, link(0, -1), "a", REPEATABLE),
                inner(1, link(1, 0), "a posted again", REPEATABLE),
                inner(2, link(2, 1), "b"));
        assign();

        pollToTheEnd();

        assertThat(bodies(published)).containsExactly("a", "b");
        assertThat(judged("duplicate")).isEqualTo(1);
    }

    @Test
    void goesBackWithTheEpochThatShowsACutLog() {
        logOf(inner(0, link(0, -1), "a"));
        assign();
        consumer.committedFailure = new TimeoutException("not now");

        poll();

        assertThat(consumer.soughtTo).isEqualTo(new OffsetAndMetadata(0, Optional.of(0), ""));
    }

    @Test
    void refusesToCommitWithoutAGeneration() {
        logOf(inner(0, link(0, -1), "a"));
        consumer.generation = -1;
        assign();

        poll();

        assertThat(published).isEmpty();
        assertThat(consumer.commit()).isNull();
    }

    @Test
    void namesTheLetterInTheFailureOfWhatCannotBecomeAResult() {
        logOf(
                inner(0, link(0, -1), "permanent"),
                inner(1, link(1, 0), "broken"),
                inner(2, link(2, 1), "x".repeat(101)),
                inner(3, link(3, 2), null));
        assign();

        pollToTheEnd();

        assertThat(bodies(published))
                .containsExactly(
                        "UNKNOWN_PIPELINE input.v1.group.dlq/3/0",
                        "INTERNAL_ERROR input.v1.group.dlq/3/1",
                        "RESULT_TOO_LARGE input.v1.group.dlq/3/2",
                        "UNDECODABLE_RECORD input.v1.group.dlq/3/3");
        assertThat(letters.history()).hasSize(4);
        assertThat(published.getFirst().headers().headers("kind"))
                .extracting(header -> text(header.value()))
                .containsExactly("failed");
    }

    @Test
    void publishesNoFailureBeforeItsLetterIsKept() {
        logOf(inner(0, link(0, -1), "permanent"));
        letterRefusal = new TimeoutException("not acknowledged");
        assign();

        poll();

        assertThat(published).isEmpty();
        assertThat(consumer.position(LANE)).isZero();
    }

    @Test
    void namesNoLetterThatTheBrokerNeverTakes() {
        logOf(inner(0, link(0, -1), "permanent"));
        letterRefusal = new RecordTooLargeException("too large");
        assign();

        poll();

        assertThat(bodies(published)).containsExactly("UNKNOWN_PIPELINE ");
    }

    @Test
    void expiresAValueThatComesTooLate() {
        var late = inner(0, link(0, -1), "a");
        dev.millrace.contract.Headers.set(
                late.headers(), dev.millrace.contract.Headers.DEADLINE, Long.toString(NOW.toEpochMilli() - 1));
        logOf(late);
        assign();

        poll();

        assertThat(bodies(published)).containsExactly("EXPIRED");
    }

    @Test
    void publishesWhatWasKnownHoweverLate() {
        var late = inner(0, link(0, -1), "a");
        dev.millrace.contract.Headers.set(
                late.headers(), dev.millrace.contract.Headers.DEADLINE, Long.toString(NOW.toEpochMilli() - 1));
        dev.millrace.contract.Headers.set(late.headers(), dev.millrace.contract.Headers.OUTCOME, "known");
        logOf(late);
        assign();

        poll();

        assertThat(bodies(published)).containsExactly("KNOWN");
    }

    @Test
    void dropsAKeyThatNoResultHasRoomFor() {
        var record = inner(0, link(0, -1), "a");
        logOf(new ConsumerRecord<>(
                record.topic(),
                record.partition(),
                0,
                NOW.toEpochMilli(),
                record.timestampType(),
                0,
                0,
                new byte[20_000],
                record.value(),
                record.headers(),
                record.leaderEpoch()));
        assign();

        poll();

        assertThat(published.getFirst().key()).isNull();
    }

    @Test
    void keepsALetterOfWhatHasNoPlaceOnTheLane() {
        logOf(upload(0, "no link"), inner(1, link(0, -1), "a"));
        assign();

        pollToTheEnd();

        assertThat(bodies(published)).containsExactly("a");
        assertThat(letters.history()).hasSize(1);
        assertThat(judged("unlinked")).isEqualTo(1);
    }

    /** Aborts, unknown commits that landed or not, rebalances, repeats and gaps, in any order: the chain, once. */
    @Test
    void publishesEachRecordOnceWhateverBecomesOfItsTransactions() {
        for (int seed = 0; seed < 500; seed++) {
            var random = new Random(seed);
            var run = new PublishingStageTests();
            var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
            for (int next = 0; next < 6; ) {
                int origin = random.nextInt(3) == 0 ? next++ : random.nextInt(6);
                records.add(inner(records.size(), link(origin, origin - 1), "record " + origin));
            }
            run.assign();
            for (int end = 1; end <= records.size(); end += 1 + random.nextInt(3)) {
                run.log = records.subList(0, end);
                run.commitFailure = random.nextInt(3) == 0 ? new TimeoutException("commit") : null;
                run.lands = random.nextBoolean();
                if (random.nextInt(4) == 0) {
                    run.stage.revoked(consumer, List.of(LANE));
                    run.consumer.seek(LANE, run.committed());
                    run.assign();
                }
                run.poll();
            }
            run.commitFailure = null;
            run.log = records;
            run.pollToTheEnd();

            assertThat(bodies(run.published))
                    .as("seed %d", seed)
                    .containsExactly("record 0", "record 1", "record 2", "record 3", "record 4", "record 5");
        }
    }
}
