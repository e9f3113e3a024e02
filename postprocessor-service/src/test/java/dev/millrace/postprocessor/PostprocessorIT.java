package dev.millrace.postprocessor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.millrace.contract.Headers;
import dev.millrace.contract.Origin;
import dev.millrace.contract.StoreKeys;
import dev.millrace.contract.Topics;
import dev.millrace.contract.UploadResult;
import dev.millrace.contract.v1.ModelReference;
import dev.millrace.contract.v1.PredictionMade;
import dev.millrace.sandbox.Sandbox;
import dev.millrace.sandbox.SandboxExtension;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.data.redis.core.StringRedisTemplate;
import tools.jackson.databind.json.JsonMapper;

/** Each test has a lane of its own, and writes what earlier stages would. */
@ExtendWith(SandboxExtension.class)
class PostprocessorIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static Sandbox sandbox;
    private static ConfigurableApplicationContext service;
    private static KafkaProducer<byte[], byte[]> producer;

    @BeforeAll
    static void start(Sandbox shared, @TempDir Path repository) throws IOException {
        sandbox = shared;
        Files.writeString(
                Files.createDirectories(repository.resolve("pipelines")).resolve("spam.yaml"), ResultsTests.PIPELINE);
        service = startService(repository);
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", shared.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    @AfterAll
    static void stop() {
        producer.close();
        service.close();
    }

    @Test
    void publishesARepeatedRecordOnce() {
        int lane = 0;
        send(lane, 0, -1, UUID.randomUUID(), spam());
        send(lane, 1, 0, UUID.randomUUID(), spam());

        send(lane, 0, -1, UUID.randomUUID(), spam());
        send(lane, 1, 0, UUID.randomUUID(), spam());
        send(lane, 2, 1, UUID.randomUUID(), spam());

        assertThat(origins(lane, 3)).containsExactly(0L, 1L, 2L);
    }

    @Test
    void waitsBehindAGapUntilItIsFilled() {
        int lane = 1;
        send(lane, 0, -1, UUID.randomUUID(), spam());
        send(lane, 2, 1, UUID.randomUUID(), spam());
        send(lane, 3, 2, UUID.randomUUID(), spam());

        send(lane, 1, 0, UUID.randomUUID(), spam());
        send(lane, 2, 1, UUID.randomUUID(), spam());
        send(lane, 3, 2, UUID.randomUUID(), spam());

        assertThat(origins(lane, 4)).containsExactly(0L, 1L, 2L, 3L);
    }

    @Test
    void doesNotTakeTheFirstItSeesForTheFirst() {
        int lane = 2;
        send(lane, 5, 4, UUID.randomUUID(), spam());
        send(lane, 0, -1, UUID.randomUUID(), spam());

        assertThat(origins(lane, 1)).containsExactly(0L);
    }

    @Test
    void publishesASecondRecordOfAnUploadOnce() {
        int lane = 3;
        UUID twice = UUID.fromString("0190a6d2-7d4e-8c3a-9b1f-2f6a5b7c8d9e");
        send(lane, 0, -1, twice, spam());
        send(lane, 1, 0, twice, spam());
        send(lane, 2, 1, UUID.randomUUID(), spam());

        assertThat(origins(lane, 2)).containsExactly(0L, 2L);
    }

    @Test
    void makesOneFailureOfEachRecordThatCannotBeReadOrPublished() throws InvalidProtocolBufferException {
        int lane = 4;
        send(lane, 0, -1, UUID.randomUUID(), new byte[] {(byte) 0xff, 1});
        send(lane, 1, 0, UUID.randomUUID(), null);
        send(lane, 2, 1, UUID.randomUUID(), spam());
        producer.send(new ProducerRecord<>(Topics.PREDICTIONS, lane, null, spam()));
        send(lane, 3, 2, UUID.randomUUID(), spam());
        var tooLarge = PredictionMade.newBuilder()
                .mergeFrom(PredictionMade.parseFrom(spam()))
                .setModel(ModelReference.newBuilder().setName("x".repeat(1_000_000)))
                .build();
        send(lane, 4, 3, UUID.randomUUID(), tooLarge.toByteArray());
        send(lane, 5, 4, UUID.randomUUID(), spam());

        var results = results(lane, 6);
        assertThat(results)
                .extracting(UploadResult::status)
                .containsExactly(
                        UploadResult.Status.FAILED,
                        UploadResult.Status.FAILED,
                        UploadResult.Status.SUCCEEDED,
                        UploadResult.Status.SUCCEEDED,
                        UploadResult.Status.FAILED,
                        UploadResult.Status.SUCCEEDED);
        assertThat(results.get(4).error())
                .isNotNull()
                .extracting(UploadResult.Error::code)
                .isEqualTo("RESULT_TOO_LARGE");
    }

    @Test
    void fillsTheStoreOfTheHttpApiAndFillsItAgainOnceRedisLostIt() {
        int lane = 5;
        var before = UUID.randomUUID();
        var meanwhile = UUID.randomUUID();
        var after = UUID.randomUUID();
        send(lane, 0, -1, before, spam());
        awaitStored(before);

        sandbox.redis().kill();
        try {
            send(lane, 1, 0, meanwhile, spam());
            assertThat(origins(lane, 2)).containsExactly(0L, 1L);
        } finally {
            sandbox.redis().restart();
        }
        send(lane, 2, 1, after, spam());

        awaitStored(after);
        awaitStored(meanwhile);
        awaitStored(before);
        assertThat(meters().get("millrace.store.behind").gauge().value()).isZero();
    }

    @Test
    void stopsALaneWhoseChainForks() {
        int lane = 6;
        send(lane, 0, -1, UUID.randomUUID(), spam());
        send(lane, 2, 0, UUID.randomUUID(), spam());
        send(lane, 5, 1, UUID.randomUUID(), spam());

        assertThat(origins(lane, 2)).containsExactly(0L, 2L);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(stalledLanes("fork")).isEqualTo(1));
    }

    @Test
    void takesTheNumberFromTheResultsAfterARestart(@TempDir Path repository) throws IOException {
        int lane = 7;
        send(lane, 0, -1, UUID.randomUUID(), spam());
        assertThat(origins(lane, 1)).containsExactly(0L);

        Files.writeString(
                Files.createDirectories(repository.resolve("pipelines")).resolve("spam.yaml"), ResultsTests.PIPELINE);
        service.close();
        service = startService(repository);
        send(lane, 0, -1, UUID.randomUUID(), spam());
        send(lane, 1, 0, UUID.randomUUID(), spam());

        assertThat(origins(lane, 2)).containsExactly(0L, 1L);
    }

    private static ConfigurableApplicationContext startService(Path repository) {
        return new SpringApplication(PostprocessorApplication.class)
                .run(
                        "--server.port=0",
                        "--millrace.instance=test",
                        "--millrace.stage.static-membership=true",
                        "--millrace.models.repository=" + repository,
                        "--spring.kafka.bootstrap-servers=" + sandbox.bootstrapServers(),
                        "--spring.data.redis.url=" + sandbox.redisUrl());
    }

    private static void awaitStored(UUID id) {
        var redis = service.getBean(StringRedisTemplate.class);
        await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> {
            String stored = redis.opsForValue().get(StoreKeys.result(id));
            assertThat(stored).isNotNull();
            assertThat(JSON.readValue(stored, UploadResult.class).label()).isEqualTo("spam");
            // 49 h after the deadline, which is 10 min away.
            assertThat(redis.getExpire(StoreKeys.result(id))).isBetween(176_400L, 177_000L);
        });
    }

    private static MeterRegistry meters() {
        return service.getBean(MeterRegistry.class);
    }

    private static double stalledLanes(String reason) {
        return meters().get("millrace.lane.stalled")
                .tag("reason", reason)
                .gauge()
                .value();
    }

    private static byte[] spam() {
        return PredictionMade.newBuilder()
                .setPipeline("spam")
                .addAllLabels(List.of("ham", "spam"))
                .addProbabilities(0.1)
                .addProbabilities(0.9)
                .build()
                .toByteArray();
    }

    /** @param predecessor offset of the record before it on the lane, or -1 */
    private static void send(int lane, long offset, long predecessor, UUID id, byte @Nullable [] body) {
        var record = new ProducerRecord<byte[], byte[]>(Topics.PREDICTIONS, lane, "key".getBytes(UTF_8), body);
        Headers.set(record.headers(), Headers.UPLOAD_ID, id.toString());
        Headers.set(record.headers(), Headers.ATTEMPT, "1");
        Headers.set(record.headers(), Headers.PIPELINE, "spam");
        Headers.set(
                record.headers(),
                Headers.ACCEPTED_AT,
                Long.toString(Instant.now().toEpochMilli()));
        Headers.set(
                record.headers(),
                Headers.DEADLINE,
                Long.toString(Instant.now().plusSeconds(600).toEpochMilli()));
        Headers.set(record.headers(), Headers.SCHEMA, Headers.SCHEMA_VERSION);
        Headers.set(record.headers(), Headers.OUTCOME, "value");
        Headers.set(record.headers(), Headers.ORIGIN, new Origin("topicId", 0, offset).toString());
        Headers.set(
                record.headers(),
                Headers.PREDECESSOR,
                predecessor < 0 ? Headers.NO_PREDECESSOR : new Origin("topicId", 0, predecessor).toString());
        producer.send(record);
    }

    private static List<Long> origins(int lane, int count) {
        return published(lane, count).stream()
                .map(record -> Origin.parse(String.valueOf(Headers.text(record.headers(), Headers.ORIGIN)))
                        .offset())
                .toList();
    }

    private static List<UploadResult> results(int lane, int count) {
        return published(lane, count).stream()
                .map(record -> JSON.readValue(record.value(), UploadResult.class))
                .toList();
    }

    /** What is published on a lane, once there are {@code count} results and for a moment after, to see one too many; each as asyncapi.yaml says. */
    private static List<ConsumerRecord<byte[], byte[]>> published(int lane, int count) {
        var settings = Map.<String, Object>of(
                "bootstrap.servers", sandbox.bootstrapServers(), "isolation.level", "read_committed");
        var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            var partition = new TopicPartition(Topics.RESULTS, lane);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            await().atMost(PATIENCE).until(() -> {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
                return records.size() >= count;
            });
            await().during(Duration.ofMillis(500)).until(() -> {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
                return true;
            });
        }
        assertThat(records).allSatisfy(record -> assertThat(AsyncApiTests.mistakesIn(record.headers()))
                .isEmpty());
        return records;
    }
}
