package dev.millrace.collector;

import static dev.millrace.collector.CollectorIT.fixture;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.millrace.contract.StoreKeys;
import dev.millrace.contract.v1.UploadReceived;
import dev.millrace.sandbox.Ports;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.apache.commons.codec.digest.DigestUtils;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Contents that are too large for a record, which here is 2 KB. */
abstract class PayloadCases {
    private static final Map<String, Object> SMALL_RECORDS = Map.of("millrace.collector.inline-limit", "2KB");
    private static final String INLINE = "x".repeat(2048);
    private static final String LARGE = "x".repeat(2049);

    private static CollectorApp app;
    private static Api api;

    @BeforeAll
    static void startAnother() {
        app = fixture().another(SMALL_RECORDS);
        api = new Api(fixture().openApi(), app);
    }

    @AfterAll
    static void stopIt() {
        app.close();
    }

    @Test
    void storesALargeContentAndSendsItsReference() throws InvalidProtocolBufferException {
        var answer = api.postText(LARGE);

        assertThat(answer.status()).isEqualTo(202);
        var upload = upload(answer.id());
        assertThat(upload.getContent().isEmpty()).isTrue();
        String key = upload.getPayload().getKey();
        assertThat(key).isEqualTo(StoreKeys.payload(answer.id()));
        assertThat(upload.getPayload().getSize()).isEqualTo(LARGE.length());
        assertThat(upload.getPayload().getSha256().toByteArray()).isEqualTo(DigestUtils.sha256(LARGE));
        assertThat(fixture().results().redis().get(key)).isEqualTo(LARGE);
        // The pipeline's deadline, 10 min, and a day for replays.
        assertThat(Duration.ofMillis(fixture().results().redis().pttl(key)))
                .isBetween(
                        Duration.ofHours(24).plusMinutes(8),
                        Duration.ofHours(24).plusMinutes(10));
    }

    @Test
    void sendsASmallerOneInItsRecord() throws InvalidProtocolBufferException {
        var answer = api.postText(INLINE);

        var upload = upload(answer.id());
        assertThat(upload.getContent().toStringUtf8()).isEqualTo(INLINE);
        assertThat(upload.hasPayload()).isFalse();
        assertThat(fixture().results().redis().get(StoreKeys.payload(answer.id())))
                .isNull();
    }

    @Test
    void storesARepeatNoSecondTime() {
        var key = "large-" + UUID.randomUUID();
        var id = api.postText(LARGE, "Idempotency-Key", key).id();
        fixture().results().redis().set(StoreKeys.payload(id), "as the first left it");

        assertThat(api.postText(LARGE, "Idempotency-Key", key).id()).isEqualTo(id);

        assertThat(fixture().records().of(id)).hasSize(1);
        assertThat(fixture().results().redis().get(StoreKeys.payload(id))).isEqualTo("as the first left it");
    }

    @Test
    void refusesOnlyLargeOnesWithoutRedisAndFreesTheirKey() {
        var key = "large-" + UUID.randomUUID();
        fixture().sandbox().redis().kill();
        try {
            var refused = api.postText(LARGE, "Idempotency-Key", key);
            refused.isProblem(503, "PAYLOAD_STORE_UNAVAILABLE");
            assertThat(refused.header("Retry-After")).isEqualTo("2");
            assertThat(refused.json().has("uploadId")).isFalse();
            assertThat(api.postText(INLINE).status()).isEqualTo(202);
            assertThat(app.management("/actuator/health/readiness").body())
                    .contains("\"payload\"")
                    .contains("\"status\":\"UP\"");
        } finally {
            fixture().sandbox().redis().restart();
        }

        Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(
                        api.postText(LARGE, "Idempotency-Key", key).status())
                .isEqualTo(202));
        assertThat(fixture().records().of(UploadIds.of("default", key))).hasSize(1);
        // Each guard learns for itself that Redis is back, and the cases after this one need them all.
        Awaitility.await().atMost(Duration.ofSeconds(60)).ignoreExceptions().untilAsserted(() -> {
            var another = "large-" + UUID.randomUUID();
            var id = api.postText(LARGE, "Idempotency-Key", another).id();
            assertThat(api.postText(LARGE, "Idempotency-Key", another).id()).isEqualTo(id);
            assertThat(api.getUpload(id).status()).isEqualTo(200);
        });
    }

    @Test
    void keepsNoContentOfAnUploadThatWasNotSent() {
        var settings = Map.<String, Object>of(
                "millrace.collector.inline-limit", "2KB", "spring.kafka.producer.properties.max.block.ms", 1000);
        var nobody = "127.0.0.1:" + Ports.free();
        var redis = fixture().results().redis();
        try (var lost = CollectorApp.start(nobody, fixture().sandbox().redisUrl(), settings)) {
            var before = redis.keys(StoreKeys.payload(UUID.randomUUID()).replaceAll("[^:]*$", "*"));

            new Api(fixture().openApi(), lost).postText(LARGE).isProblem(503, "PIPELINE_UNAVAILABLE");

            assertThat(redis.keys(StoreKeys.payload(UUID.randomUUID()).replaceAll("[^:]*$", "*")))
                    .hasSameElementsAs(before);
        }
    }

    private static UploadReceived upload(UUID id) throws InvalidProtocolBufferException {
        return UploadReceived.parseFrom(fixture().records().of(id).getFirst().value());
    }
}
