package dev.millrace.collector;

import static dev.millrace.collector.CollectorIT.fixture;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.collector.store.FreshResults;
import dev.millrace.sandbox.Ports;
import dev.millrace.sandbox.Server;
import io.lettuce.core.RedisException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What holds while Redis or Kafka is gone. The shared servers are broken and mended again. */
abstract class OutageCases {
    private static final Duration RECOVERY = Duration.ofSeconds(60);
    private static final Map<String, Object> DEFAULT_TIMES =
            Map.of("millrace.collector.store-timeout", "100ms", "millrace.collector.lookup-timeout", "1s");
    private static final Map<String, Object> IMPATIENT = Map.of(
            "spring.kafka.producer.properties.max.block.ms", 1000,
            "spring.kafka.producer.properties.request.timeout.ms", 1000,
            "spring.kafka.producer.properties.delivery.timeout.ms", 3000);

    @Test
    void acceptsWithoutRedisAndStillKnowsRepeatsAndResults() {
        try (var app = fixture().another(DEFAULT_TIMES)) {
            var api = new Api(fixture().openApi(), app);
            var key = "no-redis-" + UUID.randomUUID();
            var early = api.postText("early").id();

            during(fixture().sandbox().redis(), () -> {
                var begin = Instant.now();
                var posted = api.postText("hello", "Idempotency-Key", key);
                assertThat(posted.status()).isEqualTo(202);
                assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofSeconds(5));
                assertThat(api.postText("hello", "Idempotency-Key", key).id()).isEqualTo(posted.id());
                api.postText("other", "Idempotency-Key", key).isProblem(422, "IDEMPOTENCY_KEY_REUSED");
                api.getUpload(posted.id()).isProblem(503, "STORE_UNAVAILABLE");
                var waiting = CompletableFuture.supplyAsync(() -> api.getUpload(posted.id(), "Prefer", "wait=30"));
                Awaitility.await().until(() -> app.bean(FreshResults.class).waiting() == 1);
                var json = PublishedResults.json(posted.id(), 0.25);
                fixture().results().publish(posted.id(), json);
                assertThat(waiting.orTimeout(30, TimeUnit.SECONDS)
                                .join()
                                .response()
                                .body())
                        .isEqualTo(json);
                assertThat(app.management("/actuator/health/readiness").statusCode())
                        .isEqualTo(200);
                assertThat(app.management("/actuator/health").statusCode()).isEqualTo(503);
            });

            // Redis came back empty; the replica remembers its own.
            Awaitility.await().atMost(RECOVERY).untilAsserted(() -> assertThat(
                            api.getUpload(early).text("status"))
                    .isEqualTo("PENDING"));
            // What it accepted meanwhile, it tells the others. A proxy in front of Redis may reset a connection first.
            Awaitility.await()
                    .atMost(RECOVERY)
                    .ignoreExceptionsInstanceOf(RedisException.class)
                    .untilAsserted(() -> assertThat(
                                    fixture().results().redis().get(RepeatCases.storeKey(UploadIds.of("default", key))))
                            .contains("ACCEPTED"));
        }
    }

    @Test
    void doesNotWaitForARedisThatHangs() throws IOException {
        try (var blackHole = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                var app = CollectorApp.start(
                        fixture().sandbox().bootstrapServers(),
                        "redis://127.0.0.1:" + blackHole.getLocalPort(),
                        DEFAULT_TIMES)) {
            var api = new Api(fixture().openApi(), app);
            api.postText("warm");
            var begin = Instant.now();

            for (int i = 0; i < 5; i++) {
                assertThat(api.postText("hello").status()).isEqualTo(202);
            }

            // Each waits for a Kafka round trip, and at most one a second for the 100 ms of a Redis command.
            assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofSeconds(4));
            api.getUpload(UUID.randomUUID()).isProblem(503, "STORE_UNAVAILABLE");
        }
    }

    @Test
    void doesNotKnowWhetherKafkaTookAnUploadWhenTheBrokerDies() {
        // With the topic's partitions still known, an upload is sent and not refused at once.
        var settings = new HashMap<>(IMPATIENT);
        settings.put("spring.kafka.producer.properties.metadata.recovery.strategy", "none");
        try (var app = fixture().another(settings)) {
            var api = new Api(fixture().openApi(), app);
            var key = "no-kafka-" + UUID.randomUUID();
            var id = UploadIds.of("default", key);
            api.postText("warm");

            during(fixture().sandbox().broker(), () -> {
                var first = CompletableFuture.supplyAsync(() -> api.postText("hello", "Idempotency-Key", key));
                Awaitility.await().until(() -> fixture().results().redis().get(RepeatCases.storeKey(id)) != null);
                api.postText("hello", "Idempotency-Key", key).isProblem(409, "IDEMPOTENCY_KEY_IN_USE");
                var failed = first.orTimeout(60, TimeUnit.SECONDS).join();
                failed.isProblem(503, "PIPELINE_UNAVAILABLE");
                assertThat(failed.text("uploadId")).isEqualTo(id.toString());
                assertThat(failed.header("Retry-After")).isNotEmpty();
                assertThat(api.getUpload(id).text("status")).isEqualTo("UNCONFIRMED");
                assertThat(app.management("/actuator/health/readiness").statusCode())
                        .isEqualTo(503);
                assertThat(app.management("/actuator/health/liveness").statusCode())
                        .isEqualTo(200);
            });

            Awaitility.await().atMost(RECOVERY).untilAsserted(() -> assertThat(
                            api.postText("hello", "Idempotency-Key", key).status())
                    .isEqualTo(202));
            assertThat(api.getUpload(id).text("status")).isEqualTo("PENDING");
            assertThat(fixture().records().of(id)).isNotEmpty();
            Awaitility.await().atMost(RECOVERY).untilAsserted(() -> assertThat(
                            app.management("/actuator/health/readiness").statusCode())
                    .isEqualTo(200));
            followsResultsAgain(api, id);
        }
    }

    @Test
    void startsAndStopsWithoutKafkaAndSaysThatNothingWasAccepted() {
        var nobody = "127.0.0.1:" + Ports.free();
        Instant end;
        try (var app = CollectorApp.start(nobody, fixture().sandbox().redisUrl(), IMPATIENT)) {
            var api = new Api(fixture().openApi(), app);
            var key = "never-" + UUID.randomUUID();

            var answer = api.postText("hello", "Idempotency-Key", key);

            answer.isProblem(503, "PIPELINE_UNAVAILABLE");
            assertThat(answer.json().has("uploadId")).isFalse();
            assertThat(fixture().results().redis().get(RepeatCases.storeKey(UploadIds.of("default", key))))
                    .isNull();
            assertThat(app.management("/actuator/health/readiness").statusCode())
                    .isEqualTo(503);
            end = Instant.now();
        }
        assertThat(Duration.between(end, Instant.now())).isLessThan(Duration.ofSeconds(15));
    }

    @Test
    void doesNotForgetAnEarlierSendWhenTheRepeatCannotBeSent() {
        var key = "still-unknown-" + UUID.randomUUID();
        var id = fixture().api().postText("hello", "Idempotency-Key", key).id();
        var redis = fixture().results().redis();
        redis.set(RepeatCases.storeKey(id), redis.get(RepeatCases.storeKey(id)).replace("ACCEPTED", "UNCONFIRMED"));

        try (var app = CollectorApp.start(
                "127.0.0.1:" + Ports.free(), fixture().sandbox().redisUrl(), IMPATIENT)) {
            var api = new Api(fixture().openApi(), app);
            var answer = api.postText("hello", "Idempotency-Key", key);

            answer.isProblem(503, "PIPELINE_UNAVAILABLE");
            assertThat(answer.text("uploadId")).isEqualTo(id.toString());
            assertThat(api.getUpload(id).text("status")).isEqualTo("UNCONFIRMED");
        }
    }

    private static void followsResultsAgain(Api api, UUID id) {
        var json = PublishedResults.json(id, 0.25);
        try (var results = new PublishedResults(
                fixture().sandbox().bootstrapServers(), fixture().sandbox().redisUrl())) {
            results.publish(id, json);
        }
        Awaitility.await().atMost(RECOVERY).untilAsserted(() -> assertThat(
                        api.getUpload(id).response().body())
                .isEqualTo(json));
    }

    private static void during(Server server, Runnable outage) {
        server.kill();
        try {
            outage.run();
        } finally {
            server.restart();
        }
    }
}
