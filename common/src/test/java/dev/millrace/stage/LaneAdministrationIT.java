package dev.millrace.stage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import dev.millrace.contract.Headers;
import dev.millrace.contract.Topics;
import dev.millrace.sandbox.Sandbox;
import dev.millrace.sandbox.SandboxExtension;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The ways out of a stall, on lanes whose records somebody deleted. */
@ExtendWith(SandboxExtension.class)
class LaneAdministrationIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final String servers;
    private final LaneLedger ledger;
    private final LaneAdministration lanes;
    private final Admin admin;

    LaneAdministrationIT(Sandbox sandbox) {
        servers = sandbox.bootstrapServers();
        ledger = new LaneLedger(servers);
        lanes = new LaneAdministration(servers);
        admin = Admin.create(Map.of("bootstrap.servers", servers));
    }

    @AfterEach
    void close() {
        ledger.close();
        lanes.close();
        admin.close();
    }

    private void post(int lane, int count, String result) {
        for (int i = 0; i < count; i++) {
            ledger.post(LaneLedger.upload(lane, "text " + i), result);
        }
    }

    private StageRig rig() {
        return new StageRig(servers, "lanes").start();
    }

    /** Deletes a lane's records before an offset; -1 stands for all. */
    private void delete(String topic, int lane, long before) throws Exception {
        admin.deleteRecords(Map.of(new TopicPartition(topic, lane), RecordsToDelete.beforeOffset(before)))
                .all()
                .get();
    }

    @Test
    void mendsALaneWhoseRecordsWereLostOnTheWay() throws Exception {
        post(2, 20, "SUCCEEDED");
        try (var first = new StageRig(servers, "lanes").startFirst()) {
            await().atMost(PATIENCE).until(() -> ledger.lag("feature-service", Topics.UPLOADS) == 0);
        }
        delete(Topics.FEATURES, 2, -1);
        try (var rig = rig()) {
            post(2, 5, "SUCCEEDED");
            await().atMost(PATIENCE).until(() -> rig.judged("gap") >= 5);
            assertThat(lanes.list().get(2).behind()).isEqualTo(25);
            assertThat(lanes.list().get(2).oldestAge()).isPositive();
        }

        lanes.rewind(2);

        try (var rig = rig()) {
            ledger.collect(PATIENCE);
            ledger.assertEachHasItsResult();
            ledger.assertEachLaneIsInOrder();
            assertThat(rig.isWell()).isTrue();
            assertThat(lanes.list())
                    .allSatisfy(lane -> assertThat(lane.behind()).isZero());
        }
    }

    @Test
    void goesOnBehindUploadsThatAreGone() throws Exception {
        post(3, 1, "SUCCEEDED");
        try (var rig = rig()) {
            await().atMost(PATIENCE).until(() -> rig.judged("accepted") >= 1);
        }
        long next = lanes.list().get(3).number() + 1;
        post(3, 10, "");
        ledger.flush();
        delete(Topics.UPLOADS, 3, next + 10);
        post(3, 7, "SUCCEEDED");
        ledger.flush();
        try (var rig = rig()) {
            await().atMost(PATIENCE).until(() -> !rig.stalled().isEmpty());
            assertThat(rig.stalled()).singleElement().asString().startsWith("OUT_OF_RANGE");
        }
        assertThatIllegalStateException()
                .isThrownBy(() -> lanes.rewind(3))
                .withMessageContaining("uploads %d to %d are no longer in the log", next, next + 9);

        var resumed = lanes.resume(3, next + 10, "deleted by hand");

        assertThat(resumed).isEqualTo(new LaneAdministration.Resumed(3, next, next + 9));
        assertThat(auditRecord(3)).contains("uploads %d to %d".formatted(next, next + 9), "deleted by hand");
        try (var rig = rig()) {
            ledger.collect(PATIENCE);
            ledger.assertEachHasItsResult();
            assertThat(rig.isWell()).isTrue();
        }
    }

    @Test
    void touchesNoLaneThatIsBeingWorkedOn() throws Exception {
        post(4, 3, "SUCCEEDED");
        try (var rig = rig()) {
            ledger.collect(PATIENCE);
            assertThat(rig.isWell()).isTrue();

            assertThatIllegalStateException()
                    .isThrownBy(() -> lanes.rewind(4))
                    .withMessageContaining("feature-service: 1 members (expected: none");
            long end = lanes.list().get(4).number() + 1;
            assertThatIllegalStateException().isThrownBy(() -> lanes.resume(4, end, "why not"));

            rig.stopFirst();
            long letters = letters(4);
            assertThatIllegalStateException()
                    .isThrownBy(() -> lanes.resume(4, end, "why not"))
                    .withMessageContaining("postprocessor-service: 1 members (expected: none");
            assertThat(letters(4)).as("audit records of what was refused").isEqualTo(letters);
        }
        ledger.assertEachHasItsResult();
    }

    @Test
    void refusesALaneOrAPlaceThatIsNotThere() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> lanes.rewind(8))
                .withMessage("lane: 8 (expected: 0 to 7)");
        assertThatIllegalArgumentException().isThrownBy(() -> lanes.resume(0, 1_000_000, "too far"));
        assertThatIllegalArgumentException().isThrownBy(() -> lanes.resume(0, 1, " "));
    }

    private long letters(int lane) throws Exception {
        var letters = new TopicPartition(Topics.deadLetters(Topics.UPLOADS, "feature-service"), lane);
        return admin.listOffsets(Map.of(letters, OffsetSpec.latest()))
                .partitionResult(letters)
                .get()
                .offset();
    }

    private String auditRecord(int lane) {
        var letters = new TopicPartition(Topics.deadLetters(Topics.UPLOADS, "feature-service"), lane);
        try (var consumer = new KafkaConsumer<>(
                Map.<String, Object>of("bootstrap.servers", servers),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(Set.of(letters));
            consumer.seekToEnd(Set.of(letters));
            consumer.seek(letters, consumer.position(letters) - 1);
            var record = consumer.poll(Duration.ofSeconds(10)).records(letters).getFirst();
            assertThat(new String(record.value(), UTF_8)).isEqualTo("deleted by hand");
            return String.valueOf(Headers.text(record.headers(), Headers.DEAD_LETTER_DETAIL));
        }
    }
}
