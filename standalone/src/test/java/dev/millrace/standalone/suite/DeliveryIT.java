package dev.millrace.standalone.suite;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.contract.Headers;
import dev.millrace.contract.Origin;
import dev.millrace.contract.Topics;
import dev.millrace.contract.UploadResult;
import dev.millrace.models.importing.ModelRepositoryBuilder;
import dev.millrace.sandbox.Ports;
import java.io.IOException;
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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** The five services as separate processes, on a real broker and Redis, with the real models. */
class DeliveryIT {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int LANES = 8;
    private static final int IN_FLIGHT = 50;
    /** What is left after a batch or two is still enough. */
    private static final int BACKLOG = IN_FLIGHT + 32;

    private static final Pattern REPEATS =
            Pattern.compile("millrace_lane_records_total\\{[^}]*verdict=\"repeat\"[^}]*} ([0-9.E]+)");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static Suite suite;
    private static Admin admin;
    private static HttpClient http;
    private static ExecutorService threads;

    @BeforeAll
    static void start(@TempDir Path folder) {
        // Small batches make many sends that are not yet committed.
        suite = new Suite(
                new Installation(Path.of("..").toAbsolutePath().normalize()),
                new StateFolder(folder),
                freeAddresses(),
                new Silence(),
                Map.of("MILLRACE_STAGE_MAXBATCH", "16"));
        suite.start(() -> new ModelRepositoryBuilder(ModelRepositoryBuilder.defaultParent(), line -> {}).build());
        admin = Admin.create(Map.of("bootstrap.servers", suite.addresses().bootstrapServers()));
        http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        threads = Executors.newVirtualThreadPerTaskExecutor();
    }

    @AfterAll
    static void stop() {
        threads.shutdownNow();
        http.shutdownNow();
        admin.close();
        suite.close();
    }

    @Test
    void losesAndRepeatsNothingWhileEachServiceIsKilled() {
        var mails = new Mails(20_261_122);
        var begin = ends(Topics.RESULTS);
        var posted = new ArrayList<UUID>();

        for (Service service : List.of(
                Service.POSTPROCESSOR, Service.COLLECTOR, Service.MONITORING, Service.FEATURE, Service.INFERENCE)) {
            posted.addAll(killUnderLoad(service, mails, 100));
        }
        // A kill between a send and its commit makes repeats; a few may miss that moment.
        for (int more = 0; more < 10 && repeats() == 0; more++) {
            posted.addAll(killUnderLoad(Service.INFERENCE, mails, 100));
        }

        assertThat(posted).hasSizeGreaterThanOrEqualTo(500).doesNotHaveDuplicates();
        var published = published(begin, posted.size());
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
     * Stops a service, lets {@code count} uploads pile up before it, lets it go on, and kills it as soon as it has sent
     * something; then starts it again.
     */
    private static List<UUID> killUnderLoad(Service service, Mails mails, int count) {
        signal("STOP", suite.pid(service));
        var posts = IntStream.range(0, count)
                .mapToObj(i -> Mails.plain(mails.text()))
                .map(mail -> CompletableFuture.supplyAsync(() -> post(mail), threads))
                .toList();
        String input = input(service);
        if (input != null) {
            await().atMost(PATIENCE).until(() -> uncommitted(service, input) >= BACKLOG);
        }
        String output = output(service);
        long before = output == null ? 0 : end(output);

        signal("CONT", suite.pid(service));
        if (output != null) {
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(1)).until(() -> end(output) > before);
        }
        suite.kill(service);

        if (input == null) {
            assertThat(posts.stream().filter(post -> !post.isDone())).hasSizeGreaterThanOrEqualTo(IN_FLIGHT);
        } else {
            assertThat(uncommitted(service, input)).isGreaterThanOrEqualTo(IN_FLIGHT);
        }
        suite.startAgain(service);
        return posts.stream().map(CompletableFuture::join).toList();
    }

    private static @Nullable String input(Service service) {
        return switch (service) {
            case COLLECTOR -> null;
            case FEATURE -> Topics.UPLOADS;
            case INFERENCE -> Topics.FEATURES;
            case POSTPROCESSOR -> Topics.PREDICTIONS;
            case MONITORING -> Topics.RESULTS;
        };
    }

    private static @Nullable String output(Service service) {
        return switch (service) {
            case COLLECTOR -> Topics.UPLOADS;
            case FEATURE -> Topics.FEATURES;
            case INFERENCE -> Topics.PREDICTIONS;
            case POSTPROCESSOR -> Topics.RESULTS;
            case MONITORING -> null;
        };
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
                .until(() -> http.send(request, BodyHandlers.ofString()), answer -> {
                    assertThat(answer.statusCode()).isIn(200, 202, 409, 503);
                    return answer.statusCode() < 300;
                })
                .headers()
                .firstValue("Location")
                .map(location -> UUID.fromString(location.substring(location.lastIndexOf('/') + 1)))
                .orElseThrow();
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
            throw new java.io.UncheckedIOException(e);
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

    private static long uncommitted(Service service, String topic) {
        try {
            var committed = admin.listConsumerGroupOffsets(service.module())
                    .partitionsToOffsetAndMetadata()
                    .get();
            long done = lanes(topic).keySet().stream()
                    .mapToLong(lane -> committed.get(lane) == null
                            ? 0
                            : committed.get(lane).offset())
                    .sum();
            return end(topic) - done;
        } catch (ExecutionException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Records and transaction markers of all lanes of a topic. */
    private static long end(String topic) {
        return ends(topic).values().stream().mapToLong(Long::longValue).sum();
    }

    private static Map<TopicPartition, Long> ends(String topic) {
        try {
            return admin.listOffsets(lanes(topic)).all().get().entrySet().stream()
                    .collect(Collectors.toMap(
                            Map.Entry::getKey, end -> end.getValue().offset()));
        } catch (ExecutionException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<TopicPartition, OffsetSpec> lanes(String topic) {
        return IntStream.range(0, LANES)
                .boxed()
                .collect(Collectors.toMap(lane -> new TopicPartition(topic, lane), lane -> OffsetSpec.latest()));
    }

    /** The results since {@code begin}, read as consumers should: {@code count}, and what comes within two seconds more. */
    private static List<ConsumerRecord<byte[], byte[]>> published(Map<TopicPartition, Long> begin, int count) {
        Map<String, Object> settings =
                Map.of("bootstrap.servers", suite.addresses().bootstrapServers(), "isolation.level", "read_committed");
        var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(begin.keySet());
            begin.forEach(consumer::seek);
            await().atMost(PATIENCE).until(() -> {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
                return records.size() >= count;
            });
            long quietUntil = System.nanoTime() + Duration.ofSeconds(2).toNanos();
            while (System.nanoTime() < quietUntil) {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
            }
        }
        return records;
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

    private static Addresses freeAddresses() {
        while (true) {
            var addresses = Addresses.basedOn(Ports.free());
            if (addresses.all().keySet().stream().allMatch(Ports::isFree)) {
                return addresses;
            }
        }
    }

    private static final class Silence implements Progress {
        @Override
        public void begun(String step) {}

        @Override
        public void done(String step, String detail, Duration took) {}

        @Override
        public void note(String line) {}
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
