package dev.millrace.monitoring.quality;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.contract.FeedbackReceived;
import dev.millrace.contract.Topics;
import dev.millrace.contract.UploadResult;
import dev.millrace.monitoring.drift.DriftDetected.State;
import dev.millrace.monitoring.kafka.Worker;
import dev.millrace.sandbox.Sandbox;
import dev.millrace.sandbox.SandboxExtension;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.core.ThrowingRunnable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.json.JsonMapper;

/** Feedback on a real topic; each test has a model version of its own. */
@ExtendWith(SandboxExtension.class)
class FeedbackIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final String version = UUID.randomUUID().toString();
    private final String model = "spam/" + version;
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final FeedbackMeters meters = new FeedbackMeters(registry, _ -> true);
    private final List<Worker<Feedback>> workers = new ArrayList<>();
    private String servers;
    private KafkaProducer<byte[], byte[]> producer;

    @BeforeEach
    void start(Sandbox sandbox) {
        servers = sandbox.bootstrapServers();
        producer = producer();
    }

    @AfterEach
    void stop() {
        workers.forEach(Worker::stop);
        producer.close();
    }

    @Test
    void judgesAModelByItsLabelsAndDoesSoAgainAfterARestart() {
        for (int i = 0; i < 300; i++) {
            send(UUID.randomUUID(), i % 3 == 0 ? 0.9 : 0.1, i % 3 == 0 || i % 50 == 1, i % 2 == 0 ? "fp32" : "bf16");
        }
        var worker = replica(true);

        eventually(() -> {
            var report = report(worker);
            assertThat(report.figures().rows()).isEqualTo(300);
            assertThat(requireNonNull(report.figures().accuracy()).value()).isEqualTo(296 / 300.0);
            assertThat(report.slices()).containsOnlyKeys("precision=fp32", "precision=bf16");
            assertThat(report.blocks()).hasSize(1);
        });
        assertThat(registry.get("millrace.quality.accuracy")
                        .tag("model", model)
                        .gauge()
                        .value())
                .isEqualTo(296 / 300.0);
        var before = report(worker);
        worker.stop();
        var after = replica(true);

        eventually(() -> assertThat(report(after))
                .usingRecursiveComparison()
                .ignoringFields("calibration")
                .isEqualTo(before));
    }

    @Test
    void takesTheLastLabelOfAnUploadAndCountsItOnce() {
        var worker = replica(true);
        var one = UUID.randomUUID();
        var other = UUID.randomUUID();
        send(one, 0.9, false, "fp32");
        send(one, 0.9, false, "fp32");
        send(other, 0.1, false, "fp32");
        send(one, 0.9, true, "fp32");

        eventually(() -> {
            assertThat(report(worker).figures().rows()).isEqualTo(2);
            assertThat(requireNonNull(report(worker).figures().accuracy()).value())
                    .isEqualTo(1);
        });
        assertThat(feedback("repeated")).isEqualTo(1);
        assertThat(feedback("changed")).isEqualTo(1);
    }

    @Test
    void raisesAnAlertOnceAndResolvesItWhicheverReplicaSends() {
        var first = replica(true);
        block(0.25);
        eventually(() -> assertThat(alerts()).extracting(QualityDetected::state).containsExactly(State.OPENED));
        assertThat(alerts().getFirst().block().errors()).isEqualTo(50);
        block(0.25);
        block(0);
        first.stop();
        var second = replica(true);
        eventually(() -> assertThat(report(second).blocks()).hasSize(3));
        block(0);
        block(0);

        eventually(() ->
                assertThat(alerts()).extracting(QualityDetected::state).containsExactly(State.OPENED, State.RESOLVED));
        eventually(() -> assertThat(registry.get("millrace.quality.alert")
                        .tag("model", model)
                        .gauge()
                        .value())
                .isZero());
    }

    @Test
    void followsTheVersionsThatWereLabelledLast() {
        var worker = replica(true);
        send(UUID.randomUUID(), 0.9, true, "fp32");
        eventually(() -> assertThat(report(worker).figures().rows()).isEqualTo(1));

        for (int i = 0; i < 8; i++) {
            send(UUID.randomUUID(), 0.9, true, "fp32", version + i);
        }

        eventually(() -> assertThat(requireNonNull(worker.made()).reports())
                .containsKey(model + 7)
                .doesNotContainKey(model)
                .hasSize(8));
    }

    @Test
    void leavesAlertsToWhoeverIsToSendThem() {
        var worker = replica(false);
        block(0.25);

        eventually(() -> assertThat(report(worker).blocks()).hasSize(1));
        assertThat(report(worker).blocks().getFirst().isBad()).isTrue();
        assertThat(alerts()).isEmpty();
    }

    @Test
    void passesOverWhatIsNoFeedback() {
        for (String body : List.of("", "null", "{}", "[]", "{\"id\":1}", "{\"score\":\"NaN\"}")) {
            producer.send(new ProducerRecord<>(Topics.FEEDBACK, 0, null, body.getBytes(UTF_8)));
        }
        producer.send(new ProducerRecord<>(Topics.FEEDBACK, 0, null, null));
        var worker = replica(true);
        send(UUID.randomUUID(), 0.9, true, "fp32");

        eventually(() -> assertThat(report(worker).figures().rows()).isEqualTo(1));
        assertThat(feedback("undecodable")).isGreaterThanOrEqualTo(7);
    }

    /** As many labels as make a block, a share of them contrary to the score. */
    private void block(double wrong) {
        IntStream.range(0, 200).forEach(i -> {
            boolean positive = i % 2 == 0;
            send(UUID.randomUUID(), positive ? 0.99 : 0.01, positive != i < 200 * wrong, "fp32");
        });
    }

    private void send(UUID id, double score, boolean positive, String precision) {
        send(id, score, positive, precision, version);
    }

    private void send(UUID id, double score, boolean positive, String precision, String ofVersion) {
        var feedback = new FeedbackReceived(
                id,
                1,
                "spam",
                positive ? "spam" : "ham",
                score >= 0.5 ? "spam" : "ham",
                "spam",
                score,
                0.5,
                new UploadResult.Model("spam", ofVersion, "ab", precision),
                Instant.parse("2026-11-23T10:00:00Z"),
                Instant.parse("2026-11-23T11:00:00Z"));
        producer.send(new ProducerRecord<>(
                Topics.FEEDBACK, 0, id.toString().getBytes(US_ASCII), JSON.writeValueAsBytes(feedback)));
    }

    private Worker<Feedback> replica(boolean sends) {
        var worker = new Worker<>(
                "quality",
                () -> new Feedback(consumer(), producer(), () -> sends, meters, InstantSource.system()),
                Feedback::step);
        workers.add(worker);
        worker.start();
        return worker;
    }

    private QualityReport report(Worker<Feedback> worker) {
        return requireNonNull(requireNonNull(worker.made()).reports().get(model));
    }

    private List<QualityDetected> alerts() {
        var partition = new TopicPartition(Topics.DRIFT, 0);
        var found = new ArrayList<QualityDetected>();
        try (var consumer = consumer()) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
            while (consumer.position(partition) < end) {
                for (var one : consumer.poll(Duration.ofMillis(200))) {
                    if (new String(one.key(), UTF_8).equals(model + "/QUALITY")) {
                        found.add(JSON.readValue(requireNonNull(one.value()), QualityDetected.class));
                    }
                }
            }
        }
        return found;
    }

    private double feedback(String outcome) {
        return registry.get("millrace.quality.feedback")
                .tag("outcome", outcome)
                .counter()
                .count();
    }

    private KafkaConsumer<byte[], byte @Nullable []> consumer() {
        return new KafkaConsumer<>(
                Map.of("bootstrap.servers", servers, "enable.auto.commit", false),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    private KafkaProducer<byte[], byte[]> producer() {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", servers), new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static void eventually(ThrowingRunnable assertion) {
        await().atMost(PATIENCE).ignoreException(NullPointerException.class).untilAsserted(assertion);
    }
}
