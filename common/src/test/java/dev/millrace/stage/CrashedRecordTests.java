package dev.millrace.stage;

import static dev.millrace.stage.TestRecords.LANE;
import static dev.millrace.stage.TestRecords.NOW;
import static dev.millrace.stage.TestRecords.bodies;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.ErrorCode;
import dev.millrace.contract.Headers;
import dev.millrace.contract.v1.OutcomeFailed;
import dev.millrace.stage.StageDefinition.LaneSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** A record that ends the process: here the function throws an error that nothing catches, and a new stage starts. */
class CrashedRecordTests {
    private static final TopicPartition OTHER = new TopicPartition(LANE.topic(), 4);
    private static final int PER_POLL = 4;

    private final FakeConsumer consumer = new FakeConsumer(LANE, OTHER);
    private final List<FakeProducer> producers = new ArrayList<>();
    private final List<List<String>> calls = new ArrayList<>();
    private final List<ConsumerRecord<byte[], byte[]>> log = new ArrayList<>();
    private int crashes;
    private int failures;

    private static final class Crash extends Error {
        private static final long serialVersionUID = 1;
    }

    private void append(TopicPartition lane, String... bodies) {
        for (String body : bodies) {
            long offset = log.stream()
                    .filter(record -> record.partition() == lane.partition())
                    .count();
            var headers = TestRecords.headers(TestRecords.id(offset));
            if (body.equals("expired")) {
                Headers.set(headers, Headers.DEADLINE, "0");
            }
            log.add(TestRecords.record(lane, offset, headers, body));
        }
    }

    private List<Outcome<String>> work(List<StageInput<String>> batch) {
        calls.add(batch.stream().map(StageInput::value).toList());
        if (batch.stream().anyMatch(input -> input.value().startsWith("killer"))) {
            throw new Crash();
        }
        if (failures > 0) {
            failures--;
            throw new TransientFailureException("down");
        }
        return TestStage.copy(batch);
    }

    /** Runs one process to the end of the log or its own. */
    private void run() {
        run(Integer.MAX_VALUE);
    }

    /** @param polls after which it dies, between two polls and without a word */
    private void run(int polls) {
        var definition = TestStage.definition(LaneSource.OWN_POSITION, this::work);
        var meters = new StageMeters(new SimpleMeterRegistry(), "test", Clock.systemUTC());
        var sender = new OutcomeSender(
                definition,
                () -> {
                    producers.add(new FakeProducer(record -> null));
                    return producers.getLast();
                },
                meters,
                () -> NOW);
        var stage = new InnerStage<>(
                definition, sender, () -> TestRecords.INCARNATION, meters, () -> NOW, TestRecords.noBackoff());
        var lanes = Set.of(LANE, OTHER);
        var committed = consumer.committed(lanes);
        for (TopicPartition lane : lanes) {
            var commit = committed.get(lane);
            consumer.seek(lane, commit == null ? 0 : commit.offset());
        }
        try {
            stage.assigned(consumer, lanes);
            int done = 0;
            for (var records = poll(); !records.isEmpty(); records = poll()) {
                stage.process(consumer, records);
                if (++done == polls) {
                    return;
                }
            }
            stage.revoked(consumer, lanes);
        } catch (Crash e) {
            crashes++;
        }
    }

    private List<ConsumerRecord<byte[], byte[]>> poll() {
        var polled = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        for (TopicPartition lane : List.of(LANE, OTHER)) {
            long position = consumer.position(lane);
            log.stream()
                    .filter(record -> record.partition() == lane.partition() && record.offset() >= position)
                    .limit(PER_POLL)
                    .forEach(polled::add);
        }
        polled.forEach(
                record -> consumer.seek(new TopicPartition(record.topic(), record.partition()), record.offset() + 1));
        return polled;
    }

    private List<ProducerRecord<byte[], byte[]>> sent() {
        return producers.stream()
                .flatMap(producer -> producer.sent(TestStage.OUTPUT).stream())
                .toList();
    }

    private List<String> failed() throws Exception {
        var codes = new ArrayList<String>();
        for (var record : sent()) {
            if ("failed".equals(Headers.text(record.headers(), Headers.OUTCOME))) {
                codes.add(OutcomeFailed.parseFrom(record.value()).getCode());
            }
        }
        return codes;
    }

    @Test
    void failsItselfAloneOnceItHasEndedTheProcessThreeTimes() throws Exception {
        append(LANE, "a", "b", "c", "killer", "e", "f");
        append(OTHER, "x", "y");

        while (calls.isEmpty() || consumer.position(LANE) < log.size() - 2) {
            run();
        }

        assertThat(crashes).isEqualTo(3);
        assertThat(failed()).containsExactly(ErrorCode.CRASHED_PROCESS.name());
        assertThat(bodies(sent())).contains("a", "b", "c", "e", "f", "x", "y");
        assertThat(requireNonNull(consumer.committed(Set.of(LANE)).get(LANE)).offset())
                .isEqualTo(6);
    }

    @Test
    void isFoundAmongRecordsThatWentWellBefore() throws Exception {
        append(LANE, "a", "b", "c", "d");
        run();
        append(LANE, "e", "killer", "g", "h", "killer 2", "j");

        for (int i = 0; i < 10 && failed().size() < 2; i++) {
            run();
        }
        run();

        assertThat(crashes).isEqualTo(6);
        assertThat(failed()).hasSize(2).containsOnly(ErrorCode.CRASHED_PROCESS.name());
        assertThat(bodies(sent())).contains("e", "g", "h", "j");
    }

    @Test
    void isWorkedOnAloneAfterTwoCrashes() {
        append(LANE, "a", "killer", "c");
        run();
        run();
        calls.clear();

        run();

        assertThat(calls).containsExactly(List.of("a"), List.of("killer"));
    }

    @Test
    void isFoundAmongRecordsThatNeedNoWorkWhichGoTogether() throws Exception {
        append(LANE, "expired", "expired", "killer", "expired", "b");
        run();
        run();
        var commits = new ArrayList<Map<TopicPartition, ?>>();
        consumer.onCommit = commits::add;

        run();

        // Two for the expired ones, and the announcement of the killer.
        assertThat(commits).hasSize(3);

        run();

        assertThat(crashes).isEqualTo(3);
        assertThat(failed()).containsExactly(ErrorCode.CRASHED_PROCESS.name());
        assertThat(bodies(sent())).endsWith("b");
    }

    @Test
    void isNotBlamedForFailuresThatTheProcessOutlives() throws Exception {
        append(LANE, "a", "b");
        failures = 7;

        run();
        append(LANE, "c");
        failures = 7;
        run();

        assertThat(failed()).isEmpty();
        assertThat(bodies(sent())).containsExactly("a", "b", "c");
        assertThat(calls).allMatch(call -> call.size() != 1 || call.equals(List.of("c")));
    }

    @Test
    void isNotBlamedForProcessesThatDieWhileADependencyIsDown() throws Exception {
        append(LANE, "a", "b");
        for (int i = 0; i < 5; i++) {
            failures = 1;
            run(1);
        }
        calls.clear();

        run();

        assertThat(calls).containsExactly(List.of("a", "b"));
        assertThat(failed()).isEmpty();
    }

    @Test
    void isNotBlamedForStartsThatFindNothingToDo() throws Exception {
        append(LANE, "a");
        run();
        run();
        run();
        run();
        append(LANE, "b", "c");
        calls.clear();

        run();

        assertThat(calls).containsExactly(List.of("b", "c"));
        assertThat(failed()).isEmpty();
    }

    @Test
    void leavesTheOrdinaryCommitAloneWhileAllGoesWell() {
        append(LANE, "a");
        run();
        var commits = new ArrayList<Map<TopicPartition, ?>>();
        consumer.onCommit = commits::add;
        append(LANE, "b");
        append(LANE, "c", "d", "e", "f", "g", "h");

        run();

        // An announcement by the new owner, two polls, and the hand-over.
        assertThat(commits).hasSize(4);
    }
}
