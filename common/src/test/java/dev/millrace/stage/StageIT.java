package dev.millrace.stage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.contract.Headers;
import dev.millrace.contract.TopicCatalog;
import dev.millrace.contract.Topics;
import dev.millrace.sandbox.Sandbox;
import dev.millrace.sandbox.SandboxExtension;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SandboxExtension.class)
class StageIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Sandbox sandbox;
    private final LaneLedger ledger;

    StageIT(Sandbox sandbox) {
        this.sandbox = sandbox;
        this.ledger = new LaneLedger(sandbox.bootstrapServers());
    }

    @AfterEach
    void closeLedger() {
        ledger.close();
    }

    private StageRig rig(String instance) {
        return new StageRig(sandbox.bootstrapServers(), instance).start();
    }

    private void post(int from, int to) {
        for (int i = from; i < to; i++) {
            ledger.post(LaneLedger.upload(i, "text " + i), "SUCCEEDED");
        }
    }

    @Test
    void givesEachUploadItsResultWhateverItIs() throws Exception {
        for (int i = 0; i < 3000; i++) {
            postOneOfEachKind(i);
        }

        try (var rig = rig("a")) {
            ledger.collect(PATIENCE);

            ledger.assertEachHasItsResult();
            ledger.assertEachLaneIsInOrder();
            ledger.assertDeadLettersAreKept();
            assertThat(rig.isWell()).isTrue();
            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(ledger.lag("feature-service", Topics.UPLOADS)).isZero();
                assertThat(ledger.lag("inference-service", Topics.FEATURES)).isZero();
                assertThat(ledger.lag("postprocessor-service", Topics.PREDICTIONS))
                        .isZero();
            });
        }
    }

    private void postOneOfEachKind(int i) {
        switch (i % 50) {
            case 3 -> ledger.post(LaneLedger.upload(i, StageRig.UNDECODABLE), "FAILED UNDECODABLE_RECORD uploads");
            case 7 -> ledger.post(LaneLedger.upload(i, StageRig.POISON), "FAILED INTERNAL_ERROR uploads");
            case 13 -> ledger.post(LaneLedger.upload(i, StageRig.OVERSIZE), "FAILED RESULT_TOO_LARGE uploads");
            case 17 -> ledger.post(LaneLedger.upload(i, null), "FAILED UNDECODABLE_RECORD uploads");
            case 19 -> {
                var past = Instant.now().minusSeconds(1);
                ledger.post(LaneLedger.upload(i, "late", UUID.randomUUID(), past), "EXPIRED");
            }
            case 23 ->
                ledger.post(
                        new ProducerRecord<>(Topics.UPLOADS, i % 8, null, "no headers".getBytes(UTF_8)),
                        "FAILED UNDECODABLE_RECORD uploads");
            case 29 -> {
                var upload = LaneLedger.upload(i, "headers");
                Headers.set(upload.headers(), Headers.ATTEMPT, "-1");
                Headers.set(upload.headers(), Headers.HOPS, "x".repeat(10_000));
                ledger.post(upload, "FAILED UNDECODABLE_RECORD uploads");
            }
            case 31 -> {
                var twice = new UUID(0x8000L | new Random(i).nextLong() & ~0xF000L, Long.MIN_VALUE | i);
                var later = Instant.now().plusSeconds(600);
                ledger.post(LaneLedger.upload(i, "first", twice, later), "SUCCEEDED");
                ledger.post(LaneLedger.upload(i, "again", twice, later), "");
            }
            default -> ledger.post(LaneLedger.upload(i, "text " + i), "SUCCEEDED");
        }
        if (i % 1000 == 500) {
            var upload = LaneLedger.upload(i, "key that leaves the third topic no room for the lane's headers");
            byte[] key = new byte[roomForKey(upload)];
            new Random(i).nextBytes(key);
            ledger.post(
                    new ProducerRecord<>(
                            upload.topic(), upload.partition(), null, key, upload.value(), upload.headers()),
                    "FAILED RESULT_TOO_LARGE features");
        }
    }

    /** Bytes that an upload's key can have, less some that a record, its batch and their compression take. */
    private static int roomForKey(ProducerRecord<byte[], byte[]> upload) {
        int others = 250 + upload.value().length;
        for (var header : upload.headers()) {
            others += 4 + header.key().length() + header.value().length;
        }
        return TopicCatalog.load().topic(Topics.UPLOADS).maxMessageBytes() - others;
    }

    @Test
    void skipsWhatHasExpiredInLargeBatches() throws Exception {
        var past = Instant.now().minusSeconds(1);
        for (int i = 0; i < 10_000; i++) {
            if (i % 500 == 250) {
                ledger.post(LaneLedger.upload(0, "good"), "SUCCEEDED");
            } else {
                ledger.post(LaneLedger.upload(0, "late", UUID.randomUUID(), past), "EXPIRED");
            }
        }
        ledger.flush();

        try (var rig = rig("a")) {
            ledger.collect(PATIENCE);

            ledger.assertEachHasItsResult();
            ledger.assertEachLaneIsInOrder();
            assertThat(rig.batches("feature")).isLessThan(60);
        }
    }

    @Test
    void losesAndRepeatsNothingWhileStagesStopAndStart() throws Exception {
        for (int round = 0; round < 4; round++) {
            post(round * 1000, round * 1000 + 1000);
            int sofar = round;
            try (var rig = rig("a")) {
                await().atMost(PATIENCE).until(() -> rig.judged("accepted") > 150 * sofar);
            }
        }

        try (var rig = rig("a")) {
            ledger.collect(PATIENCE);

            ledger.assertEachHasItsResult();
            ledger.assertEachLaneIsInOrder();
            assertThat(rig.isWell()).isTrue();
        }
    }

    @Test
    void losesAndRepeatsNothingWhileAnotherMemberComesAndGoes() throws Exception {
        try (var first = rig("a")) {
            post(0, 1500);
            await().atMost(PATIENCE).until(() -> first.judged("accepted") > 200);
            try (var second = rig("b")) {
                post(1500, 3000);
                await().atMost(PATIENCE).until(() -> second.judged("accepted") > 100);
                post(3000, 4000);
            }
            ledger.collect(PATIENCE);

            ledger.assertEachHasItsResult();
            ledger.assertEachLaneIsInOrder();
            assertThat(first.isWell()).isTrue();
        }
    }

    @Test
    void losesAndRepeatsNothingWhileTheBrokerIsKilled() throws Exception {
        try (var rig = rig("a")) {
            post(0, 2000);
            await().atMost(PATIENCE).until(() -> rig.judged("accepted") > 200);
            sandbox.broker().kill();
            sandbox.broker().restart();
            post(2000, 3000);
            ledger.collect(PATIENCE);

            ledger.assertEachHasItsResult();
            ledger.assertEachLaneIsInOrder();
            assertThat(rig.isWell()).isTrue();
        }
    }

    @Test
    void losesAndRepeatsNothingWhenAnotherTakesItsName() throws Exception {
        try (var rig = new StageRig(sandbox.bootstrapServers(), "a", true).start()) {
            post(0, 1000);
            await().atMost(PATIENCE).until(() -> rig.judged("accepted") > 200);
            takeName("inference-service", "inference-service-a-0", Topics.FEATURES);
            await().atMost(PATIENCE).until(() -> !rig.isWell());
            post(1000, 2000);
            ledger.collect(PATIENCE);

            ledger.assertEachHasItsResult();
            ledger.assertEachLaneIsInOrder();
            assertThat(rig.isWell()).isTrue();
        }
    }

    /** Joins a group under the name of one of its members, which is fenced from then on, and does not leave it. */
    private void takeName(String group, String name, String topic) {
        try (var thief = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        sandbox.bootstrapServers(),
                        ConsumerConfig.GROUP_ID_CONFIG,
                        group,
                        ConsumerConfig.GROUP_INSTANCE_ID_CONFIG,
                        name,
                        ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
                        10_000,
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false,
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "none"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            thief.subscribe(List.of(topic));
            await().atMost(PATIENCE).ignoreExceptions().until(() -> {
                thief.poll(Duration.ofMillis(100));
                return !thief.assignment().isEmpty();
            });
        }
    }
}
