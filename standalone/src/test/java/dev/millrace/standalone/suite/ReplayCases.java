package dev.millrace.standalone.suite;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.contract.Headers;
import dev.millrace.contract.StoreKeys;
import dev.millrace.contract.Topics;
import dev.millrace.contract.UploadResult;
import dev.millrace.standalone.letters.DeadLetterBox;
import dev.millrace.standalone.letters.DeadLetterFilter;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** Uploads that fail, most of them because nobody can decode them, and are sent again from their dead letters. */
abstract class ReplayCases {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int MANY = 60;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private String servers;
    private KafkaProducer<byte[], byte[]> producer;

    abstract Suite suite();

    @BeforeEach
    void open() {
        servers = suite().addresses().bootstrapServers();
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", servers), new ByteArraySerializer(), new ByteArraySerializer());
    }

    @AfterEach
    void close() {
        producer.close();
    }

    @Test
    void listsALetterAndAnswersItsReplayOnce() throws Exception {
        var upload = fail(0);
        awaitResults(Stream.of(upload), 1);

        assertThat(millrace("dlq", "list", "--upload", upload.toString()))
                .contains("UNDECODABLE_RECORD", upload + "/1", "1 letters, 1 can be sent again");
        assertThat(millrace("dlq", "replay", "--upload", upload.toString())).contains("1 sent, 0 not");

        awaitResults(Stream.of(upload), 2);
        awaitTheEndOfEveryLane();
        assertThat(attempts(Set.of(upload))).containsExactly(upload + "/1", upload + "/2");
        assertThat(millrace("dlq", "list", "--upload", upload.toString()))
                .contains("[not to be sent: attempt 2 has its result already]", "2 letters, 1 can be sent again");
    }

    @Test
    void answersALetterThatIsReplayedTwiceOnce() throws Exception {
        var upload = fail(3);
        awaitResults(Stream.of(upload), 1);

        try (var box = new DeadLetterBox(servers)) {
            var letter = box.find(new DeadLetterFilter(
                            null,
                            null,
                            null,
                            upload,
                            Instant.EPOCH,
                            Instant.now().plusSeconds(10)))
                    .getFirst()
                    .letter();
            box.replay(letter);
            box.replay(letter);
        }

        awaitTheEndOfEveryLane();
        assertThat(attempts(Set.of(upload))).containsExactly(upload + "/1", upload + "/2");
    }

    @Test
    void answersEachReplayOnceWhileFeatureIsKilled() throws Exception {
        var begin = Instant.now();
        var uploads = IntStream.range(0, MANY)
                .mapToObj(number -> fail(number % LaneOffsets.LANES))
                .collect(Collectors.toSet());
        awaitResults(uploads.stream(), 1);

        var replay = start("dlq", "replay", "--since", begin.toString(), "--rate", "12");
        await().atMost(PATIENCE).until(() -> attempts(uploads).stream().anyMatch(attempt -> attempt.endsWith("/2")));
        suite().kill(Service.FEATURE);
        assertThat(attempts(uploads)).hasSizeLessThan(2 * MANY);
        suite().startAgain(Service.FEATURE);

        assertThat(output(replay)).contains("%d sent, 0 not".formatted(MANY));
        awaitResults(uploads.stream(), 2);
        awaitTheEndOfEveryLane();
        assertThat(attempts(uploads))
                .containsExactlyInAnyOrderElementsOf(uploads.stream()
                        .flatMap(upload -> Stream.of(upload + "/1", upload + "/2"))
                        .toList());
    }

    @Test
    void succeedsOnceTheCauseOfAFailureIsMended() throws Exception {
        suite().kill(Service.FEATURE);
        var upload = postMoreThanARecordHolds();
        // Its content is out of the way, as if Redis had lost it.
        String key = StoreKeys.payload(upload);
        redis("RENAME %s elsewhere".formatted(key));
        suite().startAgain(Service.FEATURE);
        awaitResults(Stream.of(upload), 1);
        assertThat(millrace("dlq", "list", "--upload", upload.toString())).contains("PAYLOAD_LOST");

        redis("RENAME elsewhere " + key);
        assertThat(millrace("dlq", "replay", "--upload", upload.toString())).contains("1 sent, 0 not");

        awaitResults(Stream.of(upload), 2);
        awaitTheEndOfEveryLane();
        assertThat(read().stream().filter(result -> result.id().equals(upload)))
                .extracting(UploadResult::status)
                .containsExactly(UploadResult.Status.FAILED, UploadResult.Status.SUCCEEDED);
    }

    private UUID postMoreThanARecordHolds() throws Exception {
        var request = HttpRequest.newBuilder(URI.create(suite().addresses().api() + "/v1/uploads?pipeline=spam"))
                .header("Content-Type", "text/plain; charset=utf-8")
                .POST(HttpRequest.BodyPublishers.ofString("Are the minutes of the last meeting there? ".repeat(7_000)))
                .build();
        try (var http = HttpClient.newHttpClient()) {
            var answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(202);
            return UUID.fromString(JSON.readTree(answer.body()).required("id").asString());
        }
    }

    /** Says something to the suite's Redis that is answered with OK. */
    private void redis(String command) throws IOException {
        var url = URI.create(suite().redisUrl());
        try (var socket = new Socket(url.getHost(), url.getPort())) {
            String login = "AUTH" + url.getUserInfo().replace(':', ' ');
            socket.getOutputStream()
                    .write("%s\r\n%s\r\n".formatted(login, command).getBytes(UTF_8));
            assertThat(new String(socket.getInputStream().readNBytes(10), UTF_8))
                    .isEqualTo("+OK\r\n+OK\r\n");
        }
    }

    /** Writes an upload whose body is nothing. */
    private UUID fail(int lane) {
        var upload = UUID.randomUUID();
        var record =
                new ProducerRecord<>(Topics.UPLOADS, lane, upload.toString().getBytes(UTF_8), new byte[] {1, 2, 3});
        long now = System.currentTimeMillis();
        Headers.set(record.headers(), Headers.UPLOAD_ID, upload.toString());
        Headers.set(record.headers(), Headers.ATTEMPT, "1");
        Headers.set(record.headers(), Headers.PIPELINE, "spam");
        Headers.set(record.headers(), Headers.ACCEPTED_AT, Long.toString(now));
        Headers.set(record.headers(), Headers.DEADLINE, Long.toString(now + 600_000));
        Headers.set(record.headers(), Headers.SCHEMA, Headers.SCHEMA_VERSION);
        try {
            producer.send(record).get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
        return upload;
    }

    private void awaitResults(Stream<UUID> uploads, int attempt) {
        var expected = uploads.map(upload -> upload + "/" + attempt).toList();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(results()).containsAll(expected));
    }

    /** Results of a lane keep its order: once a later upload has its own, no more comes for those before. */
    private void awaitTheEndOfEveryLane() {
        awaitResults(IntStream.range(0, LaneOffsets.LANES).mapToObj(this::fail), 1);
    }

    private List<String> attempts(Set<UUID> uploads) {
        return results().stream()
                .filter(attempt -> uploads.contains(UUID.fromString(attempt.split("/")[0])))
                .toList();
    }

    /** Upload and attempt of every committed result. */
    private List<String> results() {
        return read().stream()
                .map(result -> result.id() + "/" + result.attempt())
                .toList();
    }

    private List<UploadResult> read() {
        var results = new ArrayList<UploadResult>();
        Map<String, Object> settings = Map.of("bootstrap.servers", servers, "isolation.level", "read_committed");
        try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            var lanes = IntStream.range(0, LaneOffsets.LANES)
                    .mapToObj(lane -> new TopicPartition(Topics.RESULTS, lane))
                    .toList();
            consumer.assign(lanes);
            consumer.seekToBeginning(lanes);
            var ends = consumer.endOffsets(lanes);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(200))
                        .forEach(record -> results.add(JSON.readValue(record.value(), UploadResult.class)));
            }
        }
        return results;
    }

    private String millrace(String... arguments) throws IOException {
        return output(start(arguments));
    }

    private Process start(String... arguments) throws IOException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.millrace.standalone.Millrace"));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--bootstrap-servers", servers));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static String output(Process process) throws IOException {
        return new String(process.getInputStream().readAllBytes(), UTF_8);
    }
}
