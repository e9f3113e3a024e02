package dev.millrace.stage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.Headers;
import dev.millrace.contract.Origin;
import dev.millrace.contract.TopicCatalog;
import dev.millrace.contract.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Posts uploads straight to the first topic and accounts for each of them on the results topic. */
final class LaneLedger implements AutoCloseable {
    private static final int LANES = TopicCatalog.load().lanes();

    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> results;
    private final Admin admin;
    private final Map<Place, String> expected = new HashMap<>();
    private final List<Future<RecordMetadata>> sends = new ArrayList<>();
    private final List<String> expectations = new ArrayList<>();
    private final List<List<ConsumerRecord<byte[], byte[]>>> published = new ArrayList<>();

    /** Where an upload stands, and by its origin its result. */
    private record Place(int lane, long offset) {}

    LaneLedger(String bootstrapServers) {
        Map<String, Object> settings =
                Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed");
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers, "max.request.size", 4 << 20),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
        results = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        var lanes = partitions(Topics.RESULTS);
        results.assign(lanes);
        results.seekToEnd(lanes);
        lanes.forEach(results::position);
        IntStream.range(0, LANES).forEach(lane -> published.add(new ArrayList<>()));
    }

    /** A valid upload that never expires. */
    static ProducerRecord<byte[], byte[]> upload(int lane, @Nullable String body) {
        return upload(lane, body, UUID.randomUUID(), Instant.now().plusSeconds(600));
    }

    static ProducerRecord<byte[], byte[]> upload(int lane, @Nullable String body, UUID id, Instant deadline) {
        var upload = new ProducerRecord<byte[], byte[]>(
                Topics.UPLOADS,
                lane % LANES,
                id.toString().getBytes(UTF_8),
                body == null ? null : body.getBytes(UTF_8));
        Headers.set(upload.headers(), Headers.UPLOAD_ID, id.toString());
        Headers.set(upload.headers(), Headers.ATTEMPT, "1");
        Headers.set(upload.headers(), Headers.PIPELINE, "test");
        Headers.set(upload.headers(), Headers.ACCEPTED_AT, Long.toString(System.currentTimeMillis()));
        Headers.set(upload.headers(), Headers.DEADLINE, Long.toString(deadline.toEpochMilli()));
        Headers.set(upload.headers(), Headers.SCHEMA, Headers.SCHEMA_VERSION);
        return upload;
    }

    /** @param result how its result's body begins; empty if there must be none */
    void post(ProducerRecord<byte[], byte[]> upload, String result) {
        sends.add(producer.send(upload));
        expectations.add(result);
    }

    void flush() {
        producer.flush();
    }

    /**
     * Reads results until there are as many as uploads, or the time is over; then a little longer, for surplus ones.
     *
     * @return when there were as many, by {@link System#nanoTime}
     */
    long collect(Duration patience) throws Exception {
        for (int i = 0; i < sends.size(); i++) {
            var place = sends.get(i).get();
            expected.put(new Place(place.partition(), place.offset()), expectations.get(i));
        }
        long wanted = expectations.stream().filter(result -> !result.isEmpty()).count();
        long end = System.nanoTime() + patience.toNanos();
        while (read() < wanted && System.nanoTime() < end) {
            // Goes on reading.
        }
        long readAt = System.nanoTime();
        for (int i = 0; i < 10; i++) {
            read();
        }
        return readAt;
    }

    private long read() {
        for (var result : results.poll(Duration.ofMillis(100))) {
            published.get(result.partition()).add(result);
        }
        return published.stream().mapToInt(List::size).sum();
    }

    /** Each upload has its one result, of the kind that was expected, and each failure a letter that was kept. */
    void assertEachHasItsResult() {
        var found = new HashMap<Place, String>();
        for (var lane : published) {
            for (var result : lane) {
                var place = new Place(result.partition(), origin(result).offset());
                assertThat(found.put(place, new String(result.value(), UTF_8)))
                        .as("results of %s", place)
                        .isNull();
            }
        }
        var wrong = new TreeMap<String, String>();
        expected.forEach((place, result) -> {
            String body = found.remove(place);
            if (result.isEmpty() ? body != null : body == null || !body.startsWith(result)) {
                wrong.put(place.toString(), "%s (expected: %s)".formatted(body, result));
            }
        });
        assertThat(wrong).isEmpty();
        assertThat(found).as("results of nothing").isEmpty();
    }

    /** The results of a lane are in the order of its uploads. */
    void assertEachLaneIsInOrder() {
        for (var lane : published) {
            assertThat(lane).extracting(result -> origin(result).offset()).isSorted();
        }
    }

    /** The letters that published failures name are in the dead-letter topics. */
    void assertDeadLettersAreKept() {
        var named = new HashSet<String>();
        for (var lane : published) {
            for (var result : lane) {
                String[] words = new String(result.value(), UTF_8).split(" ", -1);
                if (words[0].equals("FAILED")) {
                    named.add(words[2]);
                }
            }
        }
        assertThat(named).isNotEmpty();
        assertThat(deadLetters()).containsAll(named);
    }

    private Set<String> deadLetters() {
        var topics = TopicCatalog.load().topics().stream()
                .map(TopicCatalog.Topic::name)
                .filter(name -> name.endsWith(".dlq"))
                .flatMap(name -> partitions(name).stream())
                .toList();
        var ids = new HashSet<String>();
        results.assign(topics);
        results.seekToBeginning(topics);
        var ends = results.endOffsets(topics);
        while (ends.entrySet().stream().anyMatch(end -> results.position(end.getKey()) < end.getValue())) {
            for (var letter : results.poll(Duration.ofMillis(100))) {
                ids.add(Headers.text(letter.headers(), Headers.DEAD_LETTER_ID));
            }
        }
        return ids;
    }

    /** Records that a group has not committed past. */
    long lag(String group, String topic) throws Exception {
        var commits = admin.listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get();
        long lag = 0;
        for (var partition : partitions(topic)) {
            long end = admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                    .partitionResult(partition)
                    .get()
                    .offset();
            lag += end
                    - (commits.get(partition) == null
                            ? 0
                            : commits.get(partition).offset());
        }
        return lag;
    }

    private static Origin origin(ConsumerRecord<byte[], byte[]> result) {
        return requireNonNull(LaneLink.read(result.headers())).origin();
    }

    private static List<TopicPartition> partitions(String topic) {
        return IntStream.range(0, LANES)
                .mapToObj(lane -> new TopicPartition(topic, lane))
                .toList();
    }

    @Override
    public void close() {
        producer.close();
        results.close();
        admin.close();
    }
}
