package dev.millrace.inference;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.millrace.cache.CacheKey;
import dev.millrace.cache.Caches;
import dev.millrace.cache.PredictionCodec;
import dev.millrace.contract.ErrorCode;
import dev.millrace.contract.Headers;
import dev.millrace.contract.Origin;
import dev.millrace.contract.Tensors;
import dev.millrace.contract.Topics;
import dev.millrace.contract.v1.FeaturesExtracted;
import dev.millrace.contract.v1.ModelReference;
import dev.millrace.contract.v1.OutcomeFailed;
import dev.millrace.contract.v1.PredictionMade;
import dev.millrace.model.ModelRepository;
import dev.millrace.model.Precision;
import dev.millrace.model.TextEncoder;
import dev.millrace.model.mail.MailContent;
import dev.millrace.model.mail.MailFeatures;
import dev.millrace.model.mail.Markup;
import dev.millrace.models.importing.ModelRepositoryBuilder;
import dev.millrace.sandbox.Sandbox;
import dev.millrace.sandbox.SandboxExtension;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** The real model on a real broker. Each test has a lane of its own, and writes what feature would. */
@ExtendWith(SandboxExtension.class)
class InferenceIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int EMBEDDING = 384;

    private static final MailContent HAM = new MailContent(
            "Re: Lunch on Friday",
            "Shall we meet at noon? I will bring the plans for the office, as you asked me on Monday.",
            88,
            Markup.NONE,
            0);
    private static final MailContent SPAM = new MailContent(
            "WORK FROM HOME! Earn $5,000 a week!!!",
            "Act now! Make money fast with our limited offer, no risk, money back guaranteed. "
                    + "Click http://cash.example to claim your FREE $$$ today!!! To be removed, click here.",
            165,
            Markup.NONE,
            0);

    private static TextEncoder encoder;
    private static Sandbox sandbox;
    private static ConfigurableApplicationContext service;
    private static KafkaProducer<byte[], byte[]> producer;

    @BeforeAll
    static void start(Sandbox shared) {
        sandbox = shared;
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", shared.bootstrapServers(), "acks", "all"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        var repository = new ModelRepositoryBuilder(ModelRepositoryBuilder.defaultParent(), line -> {}).build();
        encoder = TextEncoder.load(
                ModelRepository.open(repository).model("all-MiniLM-L6-v2", "1"), Precision.FP32, 256, 1);
        service = new SpringApplication(InferenceApplication.class)
                .run(
                        "--server.port=0",
                        "--millrace.cache.redis-timeout=1s",
                        "--millrace.models.repository=" + repository,
                        "--spring.kafka.bootstrap-servers=" + shared.bootstrapServers(),
                        "--spring.data.redis.url=" + shared.redisUrl());
    }

    @AfterAll
    static void stop() {
        producer.close();
        service.close();
        encoder.close();
    }

    @Test
    void answersWithTheProbabilityOfEachLabel() throws InvalidProtocolBufferException {
        send(0, 0, "value", features(HAM).build().toByteArray());
        send(0, 1, "value", features(SPAM).build().toByteArray());

        var outcomes = outcomes(0, 2);

        var prediction = PredictionMade.parseFrom(outcomes.getFirst().value());
        assertThat(prediction.getLabelsList()).containsExactlyInAnyOrder("ham", "spam");
        assertThat(probability(prediction, "ham")).isBetween(0.9, 1.0);
        assertThat(probability(prediction, "spam")).isCloseTo(1 - probability(prediction, "ham"), within(1e-6));
        var other = PredictionMade.parseFrom(outcomes.getLast().value());
        assertThat(probability(other, "spam")).isBetween(0.9, 1.0);
        assertThat(prediction.getModel().getName()).isEqualTo("spam");
        assertThat(prediction.getModel().getVersion()).isEqualTo("2");
        assertThat(prediction.getEncoder().getName()).isEqualTo("all-MiniLM-L6-v2");
    }

    @Test
    void findsTheBadInputsAmongTheGood() throws InvalidProtocolBufferException {
        int lane = 1;
        send(lane, 0, "value", features(embedding(0.05f)).build().toByteArray());
        send(lane, 1, "value", features(embedding(Float.NaN)).build().toByteArray());
        send(lane, 2, "value", features(new float[7]).build().toByteArray());
        send(
                lane,
                3,
                "value",
                features(embedding(0.05f)).removeTensors(1).build().toByteArray());
        send(
                lane,
                4,
                "value",
                features(embedding(0.05f)).setPipeline("eggs").build().toByteArray());
        send(lane, 5, "value", new byte[] {(byte) 0xff, 1});
        send(lane, 6, "value", features(embedding(0.05f)).build().toByteArray());

        var outcomes = outcomes(lane, 7);

        assertThat(outcomes)
                .extracting(outcome -> header(outcome, Headers.OUTCOME))
                .containsExactly("value", "failed", "failed", "failed", "failed", "failed", "value");
        assertThat(outcomes.getLast().value()).isEqualTo(outcomes.getFirst().value());
        assertThat(code(outcomes.get(1))).isEqualTo(ErrorCode.INVALID_MODEL_OUTPUT.name());
        assertThat(code(outcomes.get(2))).isEqualTo(ErrorCode.UNDECODABLE_RECORD.name());
        assertThat(code(outcomes.get(3))).isEqualTo(ErrorCode.UNDECODABLE_RECORD.name());
        assertThat(code(outcomes.get(4))).isEqualTo(ErrorCode.UNKNOWN_PIPELINE.name());
        assertThat(code(outcomes.get(5))).isEqualTo(ErrorCode.UNDECODABLE_RECORD.name());
    }

    @Test
    void passesOnWhatAnEarlierStageSettled() {
        int lane = 2;
        byte[] failed = OutcomeFailed.newBuilder()
                .setCode("MALFORMED_MAIL")
                .setStage("feature")
                .build()
                .toByteArray();
        send(lane, 0, "failed", failed);
        send(lane, 1, "expired", new byte[] {1, 2, 3});

        var outcomes = outcomes(lane, 2);

        assertThat(outcomes)
                .extracting(outcome -> header(outcome, Headers.OUTCOME))
                .containsExactly("failed", "expired");
        assertThat(outcomes.getFirst().value()).isEqualTo(failed);
        assertThat(outcomes.getLast().value()).containsExactly(1, 2, 3);
        assertThat(outcomes)
                .extracting(outcome -> header(outcome, Headers.PREDECESSOR))
                .containsExactly("none", new Origin("topicId", 0, 0).toString());
    }

    @Test
    void keepsARecordThatHasNoPlaceOnTheLane() {
        int lane = 3;
        byte[] body = features(embedding(0.05f)).build().toByteArray();
        producer.send(new ProducerRecord<>(Topics.FEATURES, lane, null, body));
        send(lane, 0, "value", body);

        assertThat(outcomes(lane, 1)).hasSize(1);
        var letters = records(Topics.deadLetters(Topics.FEATURES, "inference-service"), lane, 1);
        assertThat(letters.getFirst().value()).isEqualTo(body);
        assertThat(header(letters.getFirst(), Headers.DEAD_LETTER_STAGE)).isEqualTo("inference");
    }

    @Test
    void keepsThePredictionOfAnUploadWithAContentKeyForLaterOnes() throws InvalidProtocolBufferException {
        int lane = 4;
        var key =
                CacheKey.builder().with("content", UUID.randomUUID().toString()).build();
        send(
                lane,
                0,
                "value",
                features(HAM)
                        .setContentKey(ByteString.copyFrom(key.bytes()))
                        .setEmbeddingKey(ByteString.copyFromUtf8("that of the embedding"))
                        .build()
                        .toByteArray());
        send(
                lane,
                1,
                "value",
                features(embedding(Float.NaN))
                        .setContentKey(ByteString.copyFromUtf8("no key"))
                        .build()
                        .toByteArray());

        var outcomes = outcomes(lane, 2);

        var predictions = service.getBean(Caches.class).create(PredictionCodec.PREFIX, new PredictionCodec());
        await().atMost(PATIENCE).until(() -> predictions.find(key).isPresent());
        assertThat(predictions.find(key))
                .contains(PredictionMade.parseFrom(outcomes.getFirst().value()))
                .hasValueSatisfying(kept ->
                        assertThat(kept.getEmbeddingKey().toStringUtf8()).isEqualTo("that of the embedding"));
    }

    private static double probability(PredictionMade prediction, String label) {
        return prediction.getProbabilities(prediction.getLabelsList().indexOf(label));
    }

    /** What feature makes of a mail. */
    private static FeaturesExtracted.Builder features(MailContent mail) {
        float[] embedding = encoder.encode(List.of(encoder.tokenize(mail.modelText())))[0];
        return features(embedding).setTensors(1, Tensors.of("features", MailFeatures.extract(mail)));
    }

    private static float[] embedding(float element) {
        var embedding = new float[EMBEDDING];
        Arrays.fill(embedding, element);
        return embedding;
    }

    private static FeaturesExtracted.Builder features(float[] embedding) {
        return FeaturesExtracted.newBuilder()
                .setPipeline("spam")
                .setEncoder(
                        ModelReference.newBuilder().setName("all-MiniLM-L6-v2").setVersion("1"))
                .addTensors(Tensors.of("embedding", embedding))
                .addTensors(Tensors.of("features", MailFeatures.extract(MailContent.ofPlainText("See you at noon."))));
    }

    private static void send(int lane, long offset, String outcome, byte[] body) {
        var record = new ProducerRecord<byte[], byte[]>(Topics.FEATURES, lane, "key".getBytes(UTF_8), body);
        Headers.set(record.headers(), Headers.UPLOAD_ID, UUID.randomUUID().toString());
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
        Headers.set(record.headers(), Headers.OUTCOME, outcome);
        Headers.set(record.headers(), Headers.ORIGIN, new Origin("topicId", 0, offset).toString());
        Headers.set(
                record.headers(),
                Headers.PREDECESSOR,
                offset == 0 ? Headers.NO_PREDECESSOR : new Origin("topicId", 0, offset - 1).toString());
        producer.send(record);
    }

    private static String code(ConsumerRecord<byte[], byte[]> outcome) throws InvalidProtocolBufferException {
        return OutcomeFailed.parseFrom(outcome.value()).getCode();
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return Objects.requireNonNull(Headers.text(record.headers(), name), name);
    }

    private static List<ConsumerRecord<byte[], byte[]>> outcomes(int lane, int count) {
        return records(Topics.PREDICTIONS, lane, count);
    }

    private static List<ConsumerRecord<byte[], byte[]>> records(String topic, int lane, int count) {
        var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        Map<String, Object> settings = Map.of("bootstrap.servers", sandbox.bootstrapServers());
        try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            var partition = new TopicPartition(topic, lane);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            await().atMost(PATIENCE).until(() -> {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
                return records.size() >= count;
            });
        }
        return records;
    }
}
