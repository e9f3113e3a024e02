package dev.millrace.feature;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.millrace.cache.CacheKey;
import dev.millrace.cache.Caches;
import dev.millrace.contract.Headers;
import dev.millrace.contract.Origin;
import dev.millrace.contract.StoreKeys;
import dev.millrace.contract.Tensors;
import dev.millrace.contract.Topics;
import dev.millrace.contract.v1.FeaturesExtracted;
import dev.millrace.contract.v1.OutcomeFailed;
import dev.millrace.contract.v1.PayloadReference;
import dev.millrace.contract.v1.UploadReceived;
import dev.millrace.model.Priority;
import dev.millrace.model.TextEncoder;
import dev.millrace.model.mail.MailFeatures;
import dev.millrace.models.importing.ModelRepositoryBuilder;
import dev.millrace.payload.PayloadStore;
import dev.millrace.payload.PayloadStoreUnavailableException;
import dev.millrace.pipeline.ContentKeys;
import dev.millrace.pipeline.PipelineCatalog;
import dev.millrace.sandbox.Sandbox;
import dev.millrace.sandbox.SandboxExtension;
import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.commons.codec.digest.DigestUtils;
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
import org.springframework.boot.SpringApplication;
import org.springframework.boot.actuate.info.Info;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.StringRedisTemplate;

/** The real encoder on a real broker. Each test has a lane of its own. */
@ExtendWith(SandboxExtension.class)
class FeatureIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final byte[] MAIL = mail("Lunch on Friday", "Shall we meet at noon? I will bring the plans.");

    /** With one word, as long as that mail. */
    private static final String OTHER_TEXT = "Shall we meet at %s? I will bring the plans.";

    private static Sandbox sandbox;
    private static ConfigurableApplicationContext service;
    private static KafkaProducer<byte[], byte[]> producer;

    @BeforeAll
    static void start(Sandbox shared) {
        sandbox = shared;
        var repository = new ModelRepositoryBuilder(ModelRepositoryBuilder.defaultParent(), line -> {}).build();
        service = new SpringApplication(FeatureApplication.class)
                .run(
                        "--server.port=0",
                        "--millrace.cache.redis-timeout=1s",
                        "--millrace.cache.lease=true",
                        "--millrace.models.repository=" + repository,
                        "--spring.kafka.bootstrap-servers=" + shared.bootstrapServers(),
                        "--spring.data.redis.url=" + shared.redisUrl());
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", shared.bootstrapServers(), "acks", "all"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    @AfterAll
    static void stop() {
        producer.close();
        service.close();
    }

    @Test
    void turnsAMailIntoAnEmbeddingAndFeatures() throws InvalidProtocolBufferException {
        send(0, upload("message/rfc822", MAIL), Instant.now().plusSeconds(60));

        var features = FeaturesExtracted.parseFrom(outcomes(0, 1).getFirst().value());

        float[] embedding = Tensors.floats(features.getTensors(0));
        assertThat(embedding).hasSize(384);
        double square = 0;
        for (float element : embedding) {
            square += element * element;
        }
        assertThat(square).isBetween(0.999, 1.001);
        assertThat(Tensors.floats(features.getTensors(1))).hasSize(MailFeatures.NAMES.size());
        assertThat(features.getFeatureNamesList()).isEqualTo(MailFeatures.NAMES);
        assertThat(features.getTokenCount()).isBetween(10, 30);
        assertThat(features.getContentLength()).isEqualTo(MAIL.length);
        assertThat(features.getBodyLength()).isBetween(1, MAIL.length);
        assertThat(features.getContentType()).isEqualTo("message/rfc822");
        assertThat(features.getGarbledCount()).isZero();
        assertThat(features.getTagCount()).isZero();
        assertThat(features.getEncoder().getName()).isEqualTo("all-MiniLM-L6-v2");
        assertThat(features.getEncoder().getDigest()).hasSize(64);

        send(
                0,
                upload("text/plain", "GrÃ¼ÃŸe, see <b>this</b>".getBytes(UTF_8)),
                Instant.now().plusSeconds(60));

        var faulty = FeaturesExtracted.parseFrom(outcomes(0, 2).get(1).value());
        assertThat(faulty.getGarbledCount()).isEqualTo(2);
        assertThat(faulty.getTagCount()).isEqualTo(2);
    }

    @Test
    void tellsWhichPrecisionItsEncoderRunsInAndWhy() {
        var gauges = service.getBean(MeterRegistry.class)
                .get("millrace.model.precision")
                .gauges();
        var info = new Info.Builder();
        service.getBean(Encoders.class).contribute(info);

        assertThat(gauges).singleElement().satisfies(gauge -> {
            assertThat(gauge.value()).isEqualTo(1);
            assertThat(gauge.getId().getTag("millrace.model.precision")).isIn("fp32", "bf16");
            assertThat(gauge.getId().getTag("millrace.model.precision.reason")).isIn("measured", "only");
            assertThat(info.build().getDetails().toString())
                    .contains("all-MiniLM-L6-v2/1")
                    .contains("precision=" + gauge.getId().getTag("millrace.model.precision"));
        });
    }

    @Test
    void answersEachRecordInItsPlaceWhateverItHolds() throws InvalidProtocolBufferException {
        int lane = 1;
        Instant later = Instant.now().plusSeconds(60);
        send(lane, upload("message/rfc822", MAIL), later);
        send(lane, new byte[] {(byte) 0xff, 3, 1}, later);
        send(lane, null, later);
        send(lane, upload("image/png", MAIL), later);
        send(lane, upload("text/plain", new byte[] {(byte) 0xc3}), later);
        send(lane, upload("message/rfc822", MAIL), Instant.now().minusSeconds(1));
        producer.send(new ProducerRecord<>(Topics.UPLOADS, lane, null, upload("message/rfc822", MAIL)));
        send(lane, upload("text/plain", "Buy now, limited offer".getBytes(UTF_8)), later);

        var outcomes = outcomes(lane, 8);

        assertThat(outcomes)
                .extracting(outcome -> header(outcome, Headers.OUTCOME))
                .containsExactly("value", "failed", "failed", "failed", "failed", "expired", "failed", "value");
        assertThat(outcomes)
                .extracting(
                        outcome -> Origin.parse(header(outcome, Headers.ORIGIN)).offset())
                .containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L);
        assertThat(code(outcomes.get(1))).isEqualTo("UNDECODABLE_RECORD");
        assertThat(code(outcomes.get(2))).isEqualTo("UNDECODABLE_RECORD");
        assertThat(code(outcomes.get(3))).isEqualTo("UNSUPPORTED_CONTENT_TYPE");
        assertThat(code(outcomes.get(4))).isEqualTo("MALFORMED_TEXT");
        assertThat(code(outcomes.get(6))).isEqualTo("UNDECODABLE_RECORD");
        for (int i = 1; i < outcomes.size(); i++) {
            assertThat(header(outcomes.get(i), Headers.PREDECESSOR))
                    .isEqualTo(header(outcomes.get(i - 1), Headers.ORIGIN));
        }
        var undecodable = OutcomeFailed.parseFrom(outcomes.get(1).value());
        var letter =
                records(undecodable.getDeadLetter().split("/", 2)[0], lane, 1).getFirst();
        assertThat(letter.value()).containsExactly(0xff, 3, 1);
        assertThat(header(letter, Headers.DEAD_LETTER_ID)).isEqualTo(undecodable.getDeadLetter());
        assertThat(header(letter, Headers.UPLOAD_ID)).isEqualTo(header(outcomes.get(1), Headers.UPLOAD_ID));
    }

    @Test
    void computesTheSameWhateverSharesTheBatch() throws InvalidProtocolBufferException {
        int lane = 2;
        Instant later = Instant.now().plusSeconds(60);
        send(lane, upload("message/rfc822", MAIL), later);
        assertThat(outcomes(lane, 1)).hasSize(1);
        double computed = embeddings("computed");
        for (int i = 0; i < 40; i++) {
            String day = List.of("Monday", "Tuesday", "Sunday", "Saturday").get(i % 4);
            String place = List.of("noon", "night", "home", "school", "work").get(i % 5);
            send(lane, upload("message/rfc822", mail("Lunch on " + day, OTHER_TEXT.formatted(place))), later);
        }
        // Of another tenant, so that it is not the first one's embedding.
        send(lane, upload("message/rfc822", MAIL, "other"), later);

        var outcomes = outcomes(lane, 42);

        assertThat(embeddings("computed") - computed).isEqualTo(21);
        assertThat(outcomes.getLast().value()).isEqualTo(outcomes.getFirst().value());
        for (var outcome : outcomes) {
            assertThat(FeaturesExtracted.parseFrom(outcome.value()).getTokenCount())
                    .as("tokens, so that all may share a batch")
                    .isEqualTo(FeaturesExtracted.parseFrom(outcomes.getFirst().value())
                            .getTokenCount());
        }
    }

    @Test
    void computesAnEmbeddingOnceForATenant() throws InvalidProtocolBufferException {
        int lane = 3;
        Instant later = Instant.now().plusSeconds(60);
        double computed = embeddings("computed");
        byte[] mail = mail("Cached", "This text is seen twice, with other headers.");
        byte[] again = ("X-Other: header\r\n" + new String(mail, UTF_8)).getBytes(UTF_8);

        send(lane, upload("message/rfc822", mail), later);
        assertThat(outcomes(lane, 1)).hasSize(1);
        send(lane, upload("message/rfc822", again), later);

        var outcomes = outcomes(lane, 2);
        assertThat(FeaturesExtracted.parseFrom(outcomes.getLast().value()).getTensorsList())
                .isEqualTo(
                        FeaturesExtracted.parseFrom(outcomes.getFirst().value()).getTensorsList());
        assertThat(embeddings("computed") - computed).isEqualTo(1);
    }

    @Test
    void passesOnTheContentKeyOfItsOwnMakingAndNoOther() throws InvalidProtocolBufferException {
        int lane = 7;
        Instant later = Instant.now().plusSeconds(60);
        var upload = UploadReceived.parseFrom(upload("message/rfc822", MAIL));
        var pipeline = service.getBean(PipelineCatalog.class).find("spam").orElseThrow();
        var key =
                service.getBean(ContentKeys.class).key(pipeline, "", "message/rfc822", "UTF-8", ByteBuffer.wrap(MAIL));
        var other = upload.toBuilder().setContentKey(ByteString.copyFrom(new byte[32]));
        send(lane, upload.toByteArray(), later);
        send(
                lane,
                upload.toBuilder()
                        .setContentKey(ByteString.copyFrom(key.bytes()))
                        .build()
                        .toByteArray(),
                later);
        send(lane, other.build().toByteArray(), later);

        var outcomes = outcomes(lane, 3);

        assertThat(FeaturesExtracted.parseFrom(outcomes.get(0).value()).getContentKey())
                .isEmpty();
        assertThat(FeaturesExtracted.parseFrom(outcomes.get(1).value())
                        .getContentKey()
                        .toByteArray())
                .isEqualTo(key.bytes());
        assertThat(FeaturesExtracted.parseFrom(outcomes.get(1).value()).getEmbeddingKey())
                .hasSize(CacheKey.LENGTH);
        assertThat(FeaturesExtracted.parseFrom(outcomes.get(2).value()).getContentKey())
                .isEmpty();
    }

    private static double embeddings(String answer) {
        return service.getBean(MeterRegistry.class)
                .get("millrace.cache.gets")
                .tags("cache", "embedding", "answer", answer)
                .counter()
                .count();
    }

    @Test
    void waitsForAnotherReplicaOnlyWhileThereIsTime() {
        var patient = timeWithALeasedText(Duration.ofMinutes(1));
        // The shortest of some, since this machine may have other things to do.
        var late = Stream.generate(() -> timeWithALeasedText(Duration.ZERO))
                .limit(5)
                .min(Comparator.naturalOrder());

        assertThat(patient).isGreaterThanOrEqualTo(Duration.ofMillis(200));
        assertThat(late).hasValueSatisfying(time -> assertThat(time).isLessThan(Duration.ofMillis(200)));
    }

    /** Of an encoder that computed nothing yet, so that it expects 50 ms and waits for four times that. */
    private static Duration timeWithALeasedText(Duration slack) {
        var now = Instant.now();
        var pipeline = service.getBean(PipelineCatalog.class).find("spam").orElseThrow();
        var encoder = service.getBean(Encoders.class).of(pipeline).encoder();
        var cached = new CachedEncoder(encoder, service.getBean(Caches.class), () -> now);
        var text = encoder.tokenize(UUID.randomUUID().toString());
        var input = new CachedEncoder.Input("", new TextEncoder.Request(text, Priority.INTERACTIVE, now.plus(slack)));
        String lease = "cache:lease:v1:{" + StoreKeys.EMBEDDINGS + cached.key(input) + "}";
        service.getBean(StringRedisTemplate.class).opsForValue().set(lease, "another's", Duration.ofMinutes(1));
        long begin = System.nanoTime();
        cached.encode(List.of(input));
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    @Test
    void readsStoredContentsAsItReadsThoseInRecords() throws Exception {
        int lane = 4;
        byte[] large = mail("Plans", "Shall we meet at noon? I will bring the plans.\r\n".repeat(8000));
        Instant later = Instant.now().plusSeconds(60);
        send(lane, upload("message/rfc822", large), later);

        send(lane, stored(large, large), later);

        var outcomes = outcomes(lane, 2);
        assertThat(header(outcomes.getLast(), Headers.OUTCOME)).isEqualTo("value");
        assertThat(outcomes.getLast().value()).isEqualTo(outcomes.getFirst().value());
    }

    @Test
    void failsAnUploadWhoseContentIsLostOrDamagedAndNoOther() throws Exception {
        int lane = 5;
        Instant later = Instant.now().plusSeconds(60);
        byte[] damaged = MAIL.clone();
        damaged[damaged.length - 3]++;
        send(lane, stored(MAIL, null), later);
        send(lane, stored(MAIL, damaged), later);
        send(lane, stored(MAIL, MAIL), later);

        var outcomes = outcomes(lane, 3);

        assertThat(code(outcomes.get(0))).isEqualTo("PAYLOAD_LOST");
        assertThat(code(outcomes.get(1))).isEqualTo("PAYLOAD_LOST");
        assertThat(header(outcomes.get(2), Headers.OUTCOME)).isEqualTo("value");
        var failed = OutcomeFailed.parseFrom(outcomes.getFirst().value());
        var letter = records(failed.getDeadLetter().split("/", 2)[0], lane, 1).getFirst();
        assertThat(UploadReceived.parseFrom(letter.value()).hasPayload()).isTrue();
    }

    @Test
    void waitsForARedisThatHangsAndGivesNothingUp() throws Exception {
        int lane = 6;
        Instant later = Instant.now().plusSeconds(120);
        byte[] reference = stored(MAIL, MAIL);
        double before = seekBacks();
        service.getBean(StringRedisTemplate.class).execute((RedisCallback<?>)
                redis -> redis.execute("CLIENT", "PAUSE".getBytes(UTF_8), "6000".getBytes(UTF_8)));
        send(lane, upload("message/rfc822", MAIL), later);
        assertThat(outcomes(lane, 1)).hasSize(1);

        send(lane, reference, later);

        await().atMost(PATIENCE).until(() -> seekBacks() > before);
        var outcomes = outcomes(lane, 2);
        assertThat(header(outcomes.getLast(), Headers.OUTCOME)).isEqualTo("value");
        assertThat(outcomes.getLast().value()).isEqualTo(outcomes.getFirst().value());
    }

    private static double seekBacks() {
        return service.getBean(MeterRegistry.class).find("millrace.stage.seekback").meters().stream()
                .flatMap(meter -> StreamSupport.stream(meter.measure().spliterator(), false))
                .mapToDouble(Measurement::getValue)
                .sum();
    }

    /** An upload by reference. @param kept what the store holds, or null */
    private static byte[] stored(byte[] content, byte @Nullable [] kept) throws Exception {
        String key = StoreKeys.payload(UUID.randomUUID());
        if (kept != null) {
            await().atMost(PATIENCE)
                    .ignoreException(PayloadStoreUnavailableException.class)
                    .until(() -> {
                        service.getBean(PayloadStore.class).put(key, kept, Duration.ofMinutes(5));
                        return true;
                    });
        }
        return UploadReceived.newBuilder()
                .setPipeline("spam")
                .setContentType("message/rfc822")
                .setPayload(PayloadReference.newBuilder()
                        .setKey(key)
                        .setSize(content.length)
                        .setSha256(ByteString.copyFrom(DigestUtils.sha256(content))))
                .build()
                .toByteArray();
    }

    private static byte[] mail(String subject, String text) {
        return "From: a@example.org\r\nSubject: %s\r\n\r\n%s\r\n"
                .formatted(subject, text)
                .getBytes(UTF_8);
    }

    private static byte[] upload(String contentType, byte[] content) {
        return upload(contentType, content, "");
    }

    private static byte[] upload(String contentType, byte[] content, String tenant) {
        return UploadReceived.newBuilder()
                .setTenant(tenant)
                .setPipeline("spam")
                .setContentType(contentType)
                .setContent(ByteString.copyFrom(content))
                .build()
                .toByteArray();
    }

    private static void send(int lane, byte @Nullable [] body, Instant deadline) {
        var record = new ProducerRecord<byte[], byte[]>(Topics.UPLOADS, lane, "key".getBytes(UTF_8), body);
        Headers.set(record.headers(), Headers.UPLOAD_ID, UUID.randomUUID().toString());
        Headers.set(record.headers(), Headers.ATTEMPT, "1");
        Headers.set(record.headers(), Headers.PIPELINE, "spam");
        Headers.set(
                record.headers(),
                Headers.ACCEPTED_AT,
                Long.toString(Instant.now().toEpochMilli()));
        Headers.set(record.headers(), Headers.DEADLINE, Long.toString(deadline.toEpochMilli()));
        Headers.set(record.headers(), Headers.SCHEMA, Headers.SCHEMA_VERSION);
        producer.send(record);
    }

    private static String code(ConsumerRecord<byte[], byte[]> outcome) throws InvalidProtocolBufferException {
        return OutcomeFailed.parseFrom(outcome.value()).getCode();
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return Objects.requireNonNull(Headers.text(record.headers(), name), name);
    }

    private static List<ConsumerRecord<byte[], byte[]>> outcomes(int lane, int count) {
        return records(Topics.FEATURES, lane, count);
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
