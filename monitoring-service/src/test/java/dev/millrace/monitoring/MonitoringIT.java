package dev.millrace.monitoring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.contract.Origin;
import dev.millrace.contract.Topics;
import dev.millrace.contract.UploadResult.Status;
import dev.millrace.monitoring.flow.Records;
import dev.millrace.monitoring.flow.Records.Upload;
import dev.millrace.sandbox.Sandbox;
import dev.millrace.sandbox.SandboxExtension;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.search.MeterNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Each test has a lane of its own, writes what the services would, and looks at what the service shows of it. */
@ExtendWith(SandboxExtension.class)
class MonitoringIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static Sandbox sandbox;
    private static ConfigurableApplicationContext service;
    private static KafkaProducer<byte[], byte[]> producer;
    private static KafkaProducer<byte[], byte[]> transactional;
    private static String incarnation;

    @BeforeAll
    static void start(Sandbox shared, @TempDir Path repository) throws Exception {
        sandbox = shared;
        Repositories.write(repository);
        service = SpringApplication.run(
                MonitoringApplication.class,
                "--spring.kafka.bootstrap-servers=" + shared.bootstrapServers(),
                "--server.port=0",
                "--management.server.port=0",
                "--server.address=127.0.0.1",
                "--management.server.address=127.0.0.1",
                "--millrace.models.repository=" + repository,
                "--millrace.monitoring.drift.window=2s",
                "--millrace.monitoring.drift.lateness=1s",
                "--millrace.monitoring.drift.minimum-rows=100",
                "--millrace.monitoring.lane.interval=200ms",
                "--millrace.monitoring.lane.stalled-after=2s");
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", shared.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        transactional = new KafkaProducer<>(
                Map.of("bootstrap.servers", shared.bootstrapServers(), "transactional.id", "monitoring-it"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        transactional.initTransactions();
        incarnation = Repositories.incarnation(shared.bootstrapServers());
        try (var admin = Admin.create(Map.of("bootstrap.servers", (Object) shared.bootstrapServers()))) {
            // Its windows begin where it begins: a lane's first commit comes with the first of them.
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> admin.listConsumerGroupOffsets("monitoring-service-windows")
                            .partitionsToOffsetAndMetadata()
                            .get()
                            .containsKey(new TopicPartition(Topics.FEATURES, 5)));
        }
    }

    @AfterAll
    static void stop() {
        producer.close();
        transactional.close();
        service.close();
    }

    @Test
    void showsWhatAGoodUploadLeavesOnItsWay() throws Exception {
        var upload = upload(0);
        var origin = receive(upload);
        send(Records.extracted(upload, origin, Map.of("links", 2.0), 100, 20));
        send(Records.predicted(upload, origin));
        publish(Records.published(upload, origin, Status.SUCCEEDED, 0.98));

        eventually(() -> {
            var result = find("results", "id", upload.id().toString());
            assertThat(result.get("label").asString()).isEqualTo("spam");
            assertThat(result.get("score").asDouble()).isEqualTo(0.98);
            assertThat(result.get("model").asString()).isEqualTo("spam/2");
            assertThat(result.get("millis").asLong()).isEqualTo(60);
        });
        eventually(() -> {
            assertThat(find("stages", "stage", "feature").at("/work/p50").asDouble())
                    .isBetween(9.0, 11.0);
            assertThat(find("stages", "stage", "inference").at("/queued/p99").asDouble())
                    .isBetween(4.0, 6.0);
            assertThat(overview().at("/endToEnd/p50").asDouble()).isBetween(55.0, 65.0);
        });
        assertThat(prometheus())
                .contains("millrace_flow_records_total{application=\"monitoring-service\",outcome=\"value\","
                        + "topic=\"results.published.v1\"}")
                .contains("millrace_flow_end_to_end_seconds_bucket{application=\"monitoring-service\",le=\"0.1\"}");
    }

    @Test
    void countsFailuresByCodeAndStageAndExpiries() throws Exception {
        var failed = upload(1);
        var origin = receive(failed);
        send(Records.failed(Topics.FEATURES, failed, origin));
        send(Records.failed(Topics.PREDICTIONS, failed, origin));
        publish(Records.published(failed, origin, Status.FAILED, null));
        var expired = upload(1);
        origin = receive(expired);
        send(Records.expired(Topics.FEATURES, expired, origin));
        send(Records.expired(Topics.PREDICTIONS, expired, origin));
        publish(Records.published(expired, origin, Status.EXPIRED, null));

        eventually(() -> {
            assertThat(counter("millrace.flow.errors", "code", "MALFORMED_MAIL", "stage", "feature"))
                    .isEqualTo(1);
            for (String topic : List.of(Topics.FEATURES, Topics.PREDICTIONS, Topics.RESULTS)) {
                assertThat(records(topic, "failed")).isEqualTo(1);
                assertThat(records(topic, "expired")).isEqualTo(1);
            }
            assertThat(find("stages", "stage", "feature")
                            .at("/errors/MALFORMED_MAIL")
                            .asInt())
                    .isEqualTo(1);
        });
    }

    @Test
    void namesBadRecordsAndGoesOn() throws Exception {
        long junk = offset(new ProducerRecord<>(Topics.UPLOADS, 2, new byte[0], "junk".getBytes(UTF_8)));
        long empty = offset(new ProducerRecord<>(Topics.FEATURES, 2, new byte[0], null));
        var garbled = Records.predicted(upload(2), new Origin(incarnation, 0, junk));
        long body = offset(new ProducerRecord<>(
                Topics.PREDICTIONS, 2, garbled.key(), new byte[] {(byte) 0xff, 1}, garbled.headers()));
        var next = upload(2);
        publish(Records.published(next, receive(next), Status.SUCCEEDED, 0.1));

        eventually(() -> {
            find("results", "id", next.id().toString());
            assertThat(find("badRecords", "place", "uploads.received.v1/2/" + junk)
                            .get("reason")
                            .asString())
                    .isEqualTo("millrace-upload-id: none (expected: a value)");
            find("badRecords", "place", "features.extracted.v1/2/" + empty);
            find("badRecords", "place", "predictions.made.v1/2/" + body);
        });
    }

    @Test
    void seesNoResultOfAnAbortedTransaction() throws Exception {
        var aborted = upload(3);
        var origin = receive(aborted);
        transactional.beginTransaction();
        transactional.send(Records.published(aborted, origin, Status.SUCCEEDED, 0.1));
        transactional.flush();
        transactional.abortTransaction();
        var committed = upload(3);
        publish(Records.published(committed, receive(committed), Status.SUCCEEDED, 0.1));

        eventually(() -> find("results", "id", committed.id().toString()));
        assertThat(overview().get("results").findValuesAsString("id"))
                .doesNotContain(aborted.id().toString());
    }

    @Test
    void tellsALaneThatStandsFromOneThatMoves() throws Exception {
        var answered = upload(4);
        publish(Records.published(answered, receive(answered), Status.SUCCEEDED, 0.1));
        var first = upload(4);
        var origin = receive(first);
        var last = receive(upload(4));

        eventually(() -> assertThat(lane(4).get("state").asString()).isEqualTo("STALLED"));
        assertThat(lane(4).get("behind").asInt()).isEqualTo(2);
        assertThat(lane(4).get("oldestAcceptedAt").asString())
                .isEqualTo(first.acceptedAt().toString());
        assertThat(gauge("millrace.lane.behind", "4")).isEqualTo(2);
        assertThat(gauge("millrace.lane.oldest.age", "4")).isGreaterThan(2);
        assertThat(get(managementPort(), "/actuator/health/readiness").body()).contains("\"stalled\":[4]");
        assertThat(get(managementPort(), "/actuator/health/readiness").statusCode())
                .isEqualTo(200);

        publish(Records.published(first, origin, Status.SUCCEEDED, 0.1));
        publish(Records.published(upload(4), last, Status.SUCCEEDED, 0.1));

        eventually(() -> assertThat(lane(4).get("state").asString()).isEqualTo("IDLE"));
        assertThat(lane(4).get("number").asLong()).isEqualTo(last.offset());
        assertThat(gauge("millrace.lane.behind", "4")).isZero();
    }

    @Test
    void seesInputsThatAreNotAsInTraining() throws Exception {
        for (int i = 0; i < 300; i++) {
            var upload = upload(5);
            producer.send(Records.extracted(upload, new Origin(incarnation, 0, i), Map.of("links", 0.9), 100, 20));
        }

        eventually(() -> {
            var reports = drift().at("/reports").get("spam/2");
            assertThat(reports).isNotNull();
            var series = reports.get(reports.size() - 1).at("/series/0");
            assertThat(series.at("/series").asString("")).isEqualTo("links");
            assertThat(series.at("/state").asString("")).isEqualTo("DRIFTED");
        });
        eventually(() -> {
            var alert = drift().at("/alerts/0");
            assertThat(alert.at("/state").asString("")).isEqualTo("OPENED");
            assertThat(alert.at("/series/0/examples").size()).isEqualTo(10);
            assertThat(registry().get("millrace.drift.alert").gauge().value()).isEqualTo(1);
            assertThat(overview().at("/alerts/0")).isEqualTo(alert);
            assertThat(overview().at("/driftUntil").asString(""))
                    .isGreaterThanOrEqualTo(alert.at("/end").asString(""));
        });
        var alert = drift().at("/alerts/0");
        var window = JSON.readTree(get(
                        port(),
                        "/api/drift/histograms?model=spam/2&start="
                                + alert.at("/start").asString(""))
                .body());
        assertThat(window.at("/0/series").asString("")).isEqualTo("links");
        assertThat(window.at("/0/bins")
                        .valueStream()
                        .mapToLong(bin -> bin.get("window").asLong())
                        .sum())
                .isEqualTo(alert.at("/rows").asLong());
        assertThat(get(port(), "/api/drift/histograms?model=spam/2&start=2020-01-01T00:00:00Z")
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void sendsTheOverviewOnceASecondToWhoeverListens() throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + "/api/events"))
                .build();
        var response = HTTP.send(request, HttpResponse.BodyHandlers.ofLines());

        List<String> lines;
        try (var body = response.body()) {
            lines = body.limit(6).toList();
        }

        assertThat(response.headers().firstValue("Content-Type")).hasValue("text/event-stream");
        assertThat(lines.get(0)).isEqualTo("event:overview");
        assertThat(lines.get(3)).isEqualTo("event:overview");
        var first = Instant.parse(event(lines.get(1)).at("/at").asString(""));
        var second = Instant.parse(event(lines.get(4)).at("/at").asString(""));
        assertThat(Duration.between(first, second)).isBetween(Duration.ofMillis(1), Duration.ofSeconds(20));
    }

    @Test
    void keepsNoPlaceForWhoeverAsksForTheHeadOfTheEventsAlone() throws Exception {
        var uri = URI.create("http://127.0.0.1:" + port() + "/api/events");
        var head = HttpRequest.newBuilder(uri).HEAD().build();
        for (int i = 0; i < 40; i++) {
            assertThat(HTTP.send(head, HttpResponse.BodyHandlers.discarding()).statusCode())
                    .isEqualTo(200);
        }

        var response = HTTP.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofLines());

        try (var lines = response.body()) {
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(lines.findFirst()).hasValue("event:overview");
        }
    }

    @Test
    void keepsTheLastMinutes() {
        eventually(() -> {
            var points = JSON.readTree(get(port(), "/api/timeline").body());
            assertThat(points.size()).isPositive();
            assertThat(points.at("/0/accepted").isNumber()).isTrue();
        });
    }

    @Test
    void offersNoTrialsWhereCollectorIsNotKnown() throws Exception {
        assertThat(get(port(), "/api/try").body()).isEqualTo("{\"available\":false,\"maxBytes\":1048576}");
    }

    private static JsonNode event(String line) {
        assertThat(line).startsWith("data:");
        return JSON.readTree(line.substring("data:".length()));
    }

    private static JsonNode drift() throws Exception {
        return JSON.readTree(get(port(), "/api/drift").body());
    }

    @Test
    void saysThatKafkaIsAwayAndGoesOnWhenItIsBack() throws Exception {
        eventually(() -> assertThat(
                        get(managementPort(), "/actuator/health/readiness").statusCode())
                .isEqualTo(200));
        sandbox.broker().stop();
        try {
            eventually(() -> {
                assertThat(overview().at("/lanes/problem").isNull()).isFalse();
                assertThat(get(managementPort(), "/actuator/health/readiness").statusCode())
                        .isEqualTo(503);
                assertThat(get(managementPort(), "/actuator/health/liveness").statusCode())
                        .isEqualTo(200);
            });
        } finally {
            sandbox.broker().restart();
        }

        var upload = upload(6);
        send(Records.published(upload, receive(upload), Status.SUCCEEDED, 0.5));
        eventually(() -> {
            find("results", "id", upload.id().toString());
            assertThat(overview().at("/lanes/problem").isNull()).isTrue();
            assertThat(get(managementPort(), "/actuator/health/readiness").statusCode())
                    .isEqualTo(200);
        });
    }

    @Test
    void servesThePageWithEverythingItNeeds() throws Exception {
        var page = get(port(), "/");
        var names = page.body()
                .lines()
                .filter(line -> line.contains("href=\"") || line.contains("src=\""))
                .map(line -> line.replaceAll(".*(?:href|src)=\"([^\"]+)\".*", "$1"))
                .toList();

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(names).contains("app.js", "base.css", "favicon.svg");
        assertThat(page.headers().firstValue("Content-Security-Policy"))
                .hasValueSatisfying(policy -> assertThat(policy).startsWith("default-src 'self';"));
        for (String name : names) {
            assertThat(name).doesNotContain("//");
            assertThat(get(port(), "/" + name).statusCode()).as(name).isEqualTo(200);
        }
    }

    private static Upload upload(int lane) {
        return new Upload(UUID.randomUUID(), lane, Instant.ofEpochMilli(System.currentTimeMillis() - 60));
    }

    private static Origin receive(Upload upload) throws Exception {
        return new Origin(incarnation, 0, offset(Records.received(upload)));
    }

    private static long offset(ProducerRecord<byte[], byte[]> made) throws Exception {
        return producer.send(made).get().offset();
    }

    private static void send(ProducerRecord<byte[], byte[]> made) throws ExecutionException, InterruptedException {
        producer.send(made).get();
    }

    private static void publish(ProducerRecord<byte[], byte[]> made) {
        transactional.beginTransaction();
        transactional.send(made);
        transactional.commitTransaction();
    }

    private static void eventually(ThrowingRunnable assertion) {
        await().atMost(PATIENCE) // A gauge comes with the first value, a moment after the alert.
                .ignoreException(MeterNotFoundException.class)
                .untilAsserted(assertion);
    }

    private static JsonNode overview() throws Exception {
        return JSON.readTree(get(port(), "/api/overview").body());
    }

    private static JsonNode lane(int lane) throws Exception {
        return overview().at("/lanes/lanes/" + lane);
    }

    private static JsonNode find(String list, String key, String value) throws Exception {
        return overview()
                .get(list)
                .valueStream()
                .filter(node -> node.get(key).asString().equals(value))
                .findFirst()
                .orElseThrow(() -> new AssertionError("%s: no %s '%s'".formatted(list, key, value)));
    }

    private static double records(String topic, String outcome) {
        return counter("millrace.flow.records", "topic", topic, "outcome", outcome);
    }

    private static double counter(String name, String... tags) {
        var counter = registry().find(name).tags(tags).counter();
        return counter == null ? 0 : counter.count();
    }

    private static double gauge(String name, String lane) {
        return registry().get(name).tag("lane", lane).gauge().value();
    }

    private static MeterRegistry registry() {
        return service.getBean(MeterRegistry.class);
    }

    private static String prometheus() throws Exception {
        return get(managementPort(), "/actuator/prometheus").body();
    }

    private static HttpResponse<String> get(int port, String path) throws IOException, InterruptedException {
        return HTTP.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static int port() {
        return service.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    private static int managementPort() {
        return service.getEnvironment().getRequiredProperty("local.management.port", Integer.class);
    }
}
