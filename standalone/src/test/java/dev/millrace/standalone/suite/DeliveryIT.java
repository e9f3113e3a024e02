package dev.millrace.standalone.suite;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.contract.Headers;
import dev.millrace.contract.Origin;
import dev.millrace.contract.Topics;
import dev.millrace.contract.UploadResult;
import dev.millrace.models.importing.ModelRepositoryBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** The five services as separate processes, on a real broker and Redis, with the real models. */
class DeliveryIT {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int COUNT = 100;
    private static final int IN_FLIGHT = 50;
    /** What is left after a batch or two is still enough. */
    private static final int BACKLOG = IN_FLIGHT + 32;

    private static final Pattern REPEATS =
            Pattern.compile("millrace_lane_records_total\\{[^}]*verdict=\"repeat\"[^}]*} ([0-9.E]+)");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** Posts that are sent and not answered. */
    private static final AtomicInteger UNDER_WAY = new AtomicInteger();

    private static Suite suite;
    private static LaneOffsets offsets;
    private static HttpClient http;
    private static ExecutorService threads;

    @BeforeAll
    static void start(@TempDir Path folder) {
        // Small batches make many sends that are not yet committed. On a busy machine the cache must not do without
        // Redis.
        suite = new Suite(
                new Installation(Path.of("..").toAbsolutePath().normalize()),
                new StateFolder(folder),
                TestAddresses.free(),
                new Silence(),
                Map.of(
                        "MILLRACE_STAGE_MAXBATCH",
                        "16",
                        "MILLRACE_CACHE_REDISTIMEOUT",
                        "1s",
                        "MILLRACE_COLLECTOR_STORETIMEOUT",
                        "2s"));
        suite.start(() -> new ModelRepositoryBuilder(ModelRepositoryBuilder.defaultParent(), line -> {}).build());
        offsets = new LaneOffsets(suite.addresses().bootstrapServers());
        http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        threads = Executors.newVirtualThreadPerTaskExecutor();
    }

    @AfterAll
    static void stop() {
        threads.shutdownNow();
        http.shutdownNow();
        offsets.close();
        suite.close();
    }

    @Nested
    class Erasing extends EraseCases {
        @Override
        Suite suite() {
            return suite;
        }
    }

    @Nested
    class Precomputing extends PrecomputeCases {
        @Override
        Suite suite() {
            return suite;
        }
    }

    @Nested
    class Dashboard extends DashboardCases {
        @Override
        Suite suite() {
            return suite;
        }
    }

    @Nested
    class Replays extends ReplayCases {
        @Override
        Suite suite() {
            return suite;
        }
    }

    @Test
    void losesAndRepeatsNothingWhileEachServiceIsKilled() {
        var mails = new Mails(20_261_122);
        var begin = offsets.ends(Topics.RESULTS);
        var posted = new ArrayList<>(warmUp(mails));

        posted.addAll(killWithManyInFlight(Service.POSTPROCESSOR, mails));
        posted.addAll(killWithManyInFlight(Service.COLLECTOR, mails));
        posted.addAll(killWithManyInFlight(Service.MONITORING, mails));
        int beforeMonitoringCame = posted.size();
        posted.addAll(killWithManyInFlight(Service.FEATURE, mails));
        posted.addAll(killWithManyInFlight(Service.INFERENCE, mails));
        // A kill between a send and its commit makes repeats; a few may miss that moment.
        for (int more = 0; more < 10 && repeats() == 0; more++) {
            posted.addAll(killUnderLoad(Service.INFERENCE, mails).posted());
        }

        assertThat(posted).hasSizeGreaterThanOrEqualTo(600).doesNotHaveDuplicates();
        var published = published(begin);
        assertThat(published).extracting(DeliveryIT::id).containsExactlyInAnyOrderElementsOf(posted);
        assertThat(published)
                .extracting(record ->
                        JSON.readValue(record.value(), UploadResult.class).status())
                .containsOnly(UploadResult.Status.SUCCEEDED);
        assertOriginsRise(published);
        assertThat(repeats()).as("repeats that postprocessor saw and dropped").isPositive();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(posted)
                .allSatisfy(id -> assertThat(get(id).statusCode()).isEqualTo(200))
                .allSatisfy(id -> assertThat(get(id).body()).contains("SUCCEEDED")));
        await().atMost(PATIENCE).untilAsserted(() -> assertMonitoringIsUpToDate(posted.size() - beforeMonitoringCame));
    }

    @Test
    void keepsTheScoreWhateverTheHeadersSay() {
        var mails = new Mails(7);
        var texts = IntStream.range(0, 50).mapToObj(i -> mails.text()).toList();

        var plain = texts.stream().map(text -> postAndWait(Mails.plain(text))).toList();
        var mutated =
                texts.stream().map(text -> postAndWait(mails.mutated(text))).toList();

        assertThat(mutated)
                .extracting(UploadResult::score)
                .isEqualTo(plain.stream().map(UploadResult::score).toList());
        assertThat(plain).extracting(UploadResult::score).doesNotContainNull();
        assertThat(plain.stream().map(UploadResult::score).distinct()).hasSizeGreaterThan(25);
    }

    /**
     * Uploads until every lane of every group has a commit, so that what is not committed can be counted. The last
     * transaction's marker of each lane of results stays uncommitted.
     */
    private static List<UUID> warmUp(Mails mails) {
        var ids = posts(mails, COUNT).stream().map(CompletableFuture::join).toList();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                        List.of(Service.FEATURE, Service.INFERENCE, Service.POSTPROCESSOR, Service.MONITORING))
                .allSatisfy(
                        service -> assertThat(offsets.uncommitted(service)).isLessThanOrEqualTo(LaneOffsets.LANES)));
        return ids;
    }

    /**
     * A service that was killed under load and started again.
     *
     * @param posted ids of the uploads, all accepted in the end
     * @param inFlight at the kill, requests without an answer for collector, else records without a commit
     */
    private record Round(List<UUID> posted, long inFlight) {}

    /** The service may have done most of its work when the kill comes: again, until one comes soon enough. */
    private static List<UUID> killWithManyInFlight(Service service, Mails mails) {
        var posted = new ArrayList<UUID>();
        for (int tries = 0; tries < 10; tries++) {
            var round = killUnderLoad(service, mails);
            posted.addAll(round.posted());
            if (round.inFlight() >= IN_FLIGHT) {
                return posted;
            }
        }
        throw new AssertionError("%s was never killed with %d in flight".formatted(service, IN_FLIGHT));
    }

    /** Stops a service, lets uploads pile up before it, lets it go on, and kills it as soon as it has sent something. */
    private static Round killUnderLoad(Service service, Mails mails) {
        signal("STOP", suite.pid(service));
        var posts = posts(mails, COUNT);
        if (service == Service.COLLECTOR) {
            await().atMost(PATIENCE).until(() -> UNDER_WAY.get() >= COUNT);
        } else {
            await().atMost(PATIENCE).until(() -> offsets.uncommitted(service) >= BACKLOG);
        }
        long before = offsets.written(service);

        signal("CONT", suite.pid(service));
        if (service != Service.MONITORING) {
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(1)).until(() -> offsets.written(service) > before);
        }
        suite.kill(service);

        long inFlight = service == Service.COLLECTOR
                ? posts.stream().filter(post -> !post.isDone()).count()
                : offsets.uncommitted(service);
        suite.startAgain(service);
        return new Round(posts.stream().map(CompletableFuture::join).toList(), inFlight);
    }

    private static List<CompletableFuture<UUID>> posts(Mails mails, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> Mails.plain(mails.text()))
                .map(mail -> CompletableFuture.supplyAsync(() -> post(mail), threads))
                .toList();
    }

    /** Posts as a careful client does: under one idempotency key, again and again until it is accepted. */
    private static UUID post(String mail) {
        var request = HttpRequest.newBuilder(URI.create(suite.addresses().api() + "/v1/uploads?pipeline=spam"))
                .timeout(Duration.ofSeconds(20))
                .header("Content-Type", "message/rfc822")
                .header("Idempotency-Key", UUID.randomUUID().toString())
                .POST(HttpRequest.BodyPublishers.ofString(mail, UTF_8))
                .build();
        return await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(200))
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> sendCounted(request), answer -> {
                    assertThat(answer.statusCode()).isIn(200, 202, 409, 429, 503);
                    return answer.statusCode() < 300;
                })
                .headers()
                .firstValue("Location")
                .map(location -> UUID.fromString(location.substring(location.lastIndexOf('/') + 1)))
                .orElseThrow();
    }

    private static HttpResponse<String> sendCounted(HttpRequest request) throws IOException, InterruptedException {
        UNDER_WAY.incrementAndGet();
        try {
            return http.send(request, BodyHandlers.ofString());
        } finally {
            UNDER_WAY.decrementAndGet();
        }
    }

    private static UploadResult postAndWait(String mail) {
        var request = HttpRequest.newBuilder(URI.create(suite.addresses().api() + "/v1/uploads?pipeline=spam"))
                .header("Content-Type", "message/rfc822")
                .header("Prefer", "wait=60")
                .POST(HttpRequest.BodyPublishers.ofString(mail, UTF_8))
                .build();
        var answer = send(request);
        assertThat(answer.statusCode()).isEqualTo(200);
        return JSON.readValue(answer.body(), UploadResult.class);
    }

    private static HttpResponse<String> get(UUID id) {
        return send(HttpRequest.newBuilder(URI.create(suite.addresses().api() + "/v1/uploads/" + id))
                .build());
    }

    private static HttpResponse<String> send(HttpRequest request) {
        try {
            return http.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Repeats that the present postprocessor has dropped. */
    private static double repeats() {
        var metrics = URI.create("http://127.0.0.1:%d/actuator/prometheus"
                .formatted(suite.addresses().management(Service.POSTPROCESSOR)));
        var matcher =
                REPEATS.matcher(send(HttpRequest.newBuilder(metrics).build()).body());
        return matcher.find() ? Double.parseDouble(matcher.group(1)) : 0;
    }

    /** All results since {@code begin}, read as consumers should, once no stage has anything left to send. */
    private static List<ConsumerRecord<byte[], byte[]>> published(Map<TopicPartition, Long> begin) {
        // In the order of the way: a stage that is through sends no more once those before it are.
        for (var service : List.of(Service.FEATURE, Service.INFERENCE, Service.POSTPROCESSOR)) {
            await().atMost(PATIENCE).until(() -> offsets.uncommitted(service) == 0);
        }
        Map<String, Object> settings =
                Map.of("bootstrap.servers", suite.addresses().bootstrapServers(), "isolation.level", "read_committed");
        var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(begin.keySet());
            begin.forEach(consumer::seek);
            var ends = offsets.ends(Topics.RESULTS);
            await().atMost(PATIENCE).until(() -> {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
                return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
            });
        }
        return records;
    }

    /** It has seen each of the last results, named none as undecodable, and every lane is through. */
    private static void assertMonitoringIsUpToDate(int results) {
        var overview = JSON.readTree(
                send(HttpRequest.newBuilder(URI.create(suite.addresses().dashboard() + "api/overview"))
                                .build())
                        .body());
        var lanes = overview.at("/lanes/lanes");
        assertThat(lanes).hasSize(LaneOffsets.LANES).allSatisfy(lane -> {
            assertThat(lane.get("state").asString()).isEqualTo("IDLE");
            assertThat(lane.get("behind").asLong()).isZero();
        });
        var published = overview.get("stages")
                .valueStream()
                .filter(stage -> stage.get("stage").asString().equals("postprocessor"))
                .findFirst()
                .orElseThrow();
        assertThat(published.get("values").asLong()).isGreaterThanOrEqualTo(results);
        assertThat(published.get("undecodable").asLong()).isZero();
    }

    private static void assertOriginsRise(List<ConsumerRecord<byte[], byte[]>> published) {
        var last = new HashMap<Integer, Origin>();
        for (var record : published) {
            var origin = Origin.parse(Objects.requireNonNull(Headers.text(record.headers(), Headers.ORIGIN)));
            var before = last.put(record.partition(), origin);
            if (before != null) {
                assertThat(origin.comparedTo(before)).isEqualTo(Origin.Order.NEWER);
            }
        }
    }

    private static UUID id(ConsumerRecord<byte[], byte[]> record) {
        return UUID.fromString(Objects.requireNonNull(Headers.text(record.headers(), Headers.UPLOAD_ID)));
    }

    private static void signal(String name, long pid) {
        try {
            assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(pid))
                            .start()
                            .waitFor())
                    .isZero();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
