package dev.millrace.monitoring.drift;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.contract.Origin;
import dev.millrace.contract.TopicCatalog;
import dev.millrace.drift.profile.Profile;
import dev.millrace.drift.profile.SeriesProfile;
import dev.millrace.drift.window.Judge;
import dev.millrace.drift.window.WindowCounts;
import dev.millrace.monitoring.MonitoringApplication;
import dev.millrace.monitoring.Repositories;
import dev.millrace.monitoring.flow.Records;
import dev.millrace.monitoring.flow.Records.Upload;
import dev.millrace.sandbox.BrokerCluster;
import dev.millrace.sandbox.ManagedProcess;
import dev.millrace.sandbox.Ports;
import dev.millrace.sandbox.TopicAdministration;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The service four times over, each in a process of its own, on a broker of their own. */
class ReplicaProcessesIT {
    private static final int REPLICAS = 4;
    private static final int LANES = 8;
    private static final int ROWS = 4000;
    private static final Duration WINDOW = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final double LEVEL =
            WINDOW.toSeconds() / (double) Duration.ofDays(90).toSeconds();
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Profile profile = new Profile(List.of(
            SeriesProfile.of("links", new SplittableRandom(1).doubles(500).toArray())));
    private final Map<ManagedProcess, Integer> replicas = new LinkedHashMap<>();
    private final List<Row> rows = new ArrayList<>();
    private final HttpClient http = HttpClient.newHttpClient();

    /** A row as it is written, maybe twice. */
    private record Row(Upload upload, Origin origin, double links) {}

    @TempDir
    private Path folder;

    private BrokerCluster broker;
    private KafkaProducer<byte[], byte[]> producer;

    @BeforeEach
    void start() throws Exception {
        broker = BrokerCluster.start(folder.resolve("kafka"), List.of(Ports.free()));
        TopicAdministration.apply(broker.bootstrapServers(), TopicCatalog.load());
        Repositories.write(folder.resolve("models"), profile);
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        for (int i = 0; i < REPLICAS; i++) {
            int port = Ports.free();
            replicas.put(replica(i, port), port);
        }
    }

    @AfterEach
    void stop() {
        producer.close();
        http.close();
        replicas.keySet().forEach(ManagedProcess::kill);
        broker.stop();
    }

    @Test
    void giveTheVerdictOfOneThoughOneIsKilledInMidWindow() throws Exception {
        await().atMost(PATIENCE).ignoreExceptions().until(() -> members() == REPLICAS);
        for (int i = 0; i < ROWS / 2; i++) {
            send(i);
        }
        // The first windows of these rows are open for another fifteen seconds.
        var killed = replicas.keySet().iterator().next();
        replicas.remove(killed);
        killed.kill();
        // Some of them twice, as after a crash of the stage before.
        List.copyOf(rows.subList(0, 200)).forEach(this::write);
        for (int i = ROWS / 2; i < ROWS; i++) {
            send(i);
        }
        producer.flush();

        await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> assertThat(rowsOf(reports(port())))
                .isEqualTo(ROWS));
        var ofOne = ofOneProcess();
        for (int port : replicas.values()) {
            var reports = new TreeMap<Instant, JsonNode>();
            await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> {
                reports(port)
                        .forEach(report -> reports.put(
                                Instant.parse(report.required("start").asString()), report));
                assertThat(reports.keySet()).isEqualTo(ofOne.keySet());
            });
            ofOne.forEach((start, series) -> assertThat(
                            requireNonNull(reports.get(start)).required("series"))
                    .as("window of %s", start)
                    .isEqualTo(series));
        }
    }

    /** What one who has all rows says of each window. */
    private Map<Instant, JsonNode> ofOneProcess() {
        var windows = new TreeMap<Instant, WindowCounts>();
        long length = WINDOW.toMillis();
        for (var row : rows) {
            var start = Instant.ofEpochMilli(row.upload().acceptedAt().toEpochMilli() / length * length);
            windows.computeIfAbsent(start, _ -> new WindowCounts(profile))
                    .add(row.upload().id(), Map.of("links", row.links()));
        }
        var judge = new Judge(100, LEVEL);
        var series = new TreeMap<Instant, JsonNode>();
        windows.forEach((start, counts) -> {
            var report = judge.report("spam/2", start, start.plus(WINDOW), counts);
            series.put(start, JSON.readTree(JSON.writeValueAsString(report)).required("series"));
        });
        return series;
    }

    private static long rowsOf(List<JsonNode> reports) {
        return reports.stream()
                .mapToLong(report -> report.required("rows").asLong())
                .sum();
    }

    private int port() {
        return replicas.values().iterator().next();
    }

    private List<JsonNode> reports(int port) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/api/drift".formatted(port)))
                .timeout(Duration.ofSeconds(5))
                .build();
        var answer = JSON.readTree(http.send(request, BodyHandlers.ofString()).body());
        return new ArrayList<>(answer.required("reports").path("spam/2").values());
    }

    /** Replicas that have lanes. */
    private long members() throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", (Object) broker.bootstrapServers()))) {
            String group = "monitoring-service-windows";
            return requireNonNull(admin.describeConsumerGroups(List.of(group))
                            .describedGroups()
                            .get(group))
                    .get()
                    .members()
                    .stream()
                    .filter(member -> member.assignment().topicPartitions().size() == 2 * LANES / REPLICAS)
                    .count();
        }
    }

    private void send(int i) throws InterruptedException {
        var upload = new Upload(UUID.randomUUID(), i % LANES, Instant.ofEpochMilli(System.currentTimeMillis()));
        // Half of the rows are as in training, the others are not, so that there is a verdict to be had.
        var row = new Row(upload, new Origin("topic", 0, i), i % 97 / 97.0 * (i < ROWS / 2 ? 1 : 0.8));
        rows.add(row);
        write(row);
        if (i % 4 == 0) {
            Thread.sleep(1);
        }
    }

    private void write(Row row) {
        producer.send(Records.extracted(row.upload(), row.origin(), Map.of("links", row.links()), 100, 20));
    }

    private ManagedProcess replica(int i, int port) {
        return ManagedProcess.start(new ManagedProcess.Command(
                "replica " + i,
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx160m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        MonitoringApplication.class.getName(),
                        "--spring.kafka.bootstrap-servers=" + broker.bootstrapServers(),
                        "--server.port=" + port,
                        "--management.server.port=0",
                        "--server.address=127.0.0.1",
                        "--management.server.address=127.0.0.1",
                        "--millrace.models.repository=" + folder.resolve("models"),
                        "--millrace.monitoring.drift.window=" + WINDOW,
                        "--millrace.monitoring.drift.lateness=15s",
                        "--millrace.monitoring.drift.minimum-rows=100"),
                Map.of(),
                folder.resolve("replica-%d.log".formatted(i))));
    }
}
