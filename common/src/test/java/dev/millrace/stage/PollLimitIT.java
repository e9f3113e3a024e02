package dev.millrace.stage;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.Headers;
import dev.millrace.sandbox.Sandbox;
import dev.millrace.sandbox.SandboxExtension;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What Kafka's consumer makes of a {@link PollLimit}. */
@ExtendWith(SandboxExtension.class)
class PollLimitIT {
    private static final int MAX_WORK = 4;
    private static final int MAX_BYTES = 1 << 20;

    private final String topic = "poll-limit-" + UUID.randomUUID();
    private final String bootstrapServers;
    private final KafkaProducer<byte[], byte[]> producer;
    private int posted;

    PollLimitIT(Sandbox sandbox) throws Exception {
        bootstrapServers = sandbox.bootstrapServers();
        // One request at a time: a new lane may refuse the first and take the second, as a broker takes any number from
        // a
        // producer that it does not know; it never takes the first again then.
        producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrapServers,
                        "compression.type",
                        "lz4",
                        "max.request.size",
                        4 << 20,
                        "max.in.flight.requests.per.connection",
                        1),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            admin.createTopics(List.of(new NewTopic(topic, 2, (short) 1))).all().get();
        }
    }

    @AfterEach
    void closeProducer() {
        producer.close();
    }

    private void post(int lane, boolean expired, int bytes) {
        var record = new ProducerRecord<byte[], byte[]>(topic, lane, null, new byte[bytes]);
        var deadline = Instant.now().plusSeconds(expired ? -60 : 600);
        Headers.set(record.headers(), Headers.DEADLINE, Long.toString(deadline.toEpochMilli()));
        var unused = producer.send(record);
        posted++;
    }

    private List<List<ConsumerRecord<byte[], byte[]>>> pollAll() {
        producer.flush();
        var polls = new ArrayList<List<ConsumerRecord<byte[], byte[]>>>();
        var limit = new PollLimit(MAX_WORK, MAX_BYTES, Clock.systemUTC());
        try (var consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers, "max.poll.records", 5000),
                new ByteArrayDeserializer(),
                limit)) {
            var lanes = Set.of(new TopicPartition(topic, 0), new TopicPartition(topic, 1));
            consumer.assign(lanes);
            consumer.seekToBeginning(lanes);
            long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            for (int read = 0; read < posted && System.nanoTime() < end; ) {
                var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
                consumer.poll(Duration.ofMillis(500)).forEach(records::add);
                limit.renew();
                if (!records.isEmpty()) {
                    polls.add(records);
                }
                read += records.size();
            }
        }
        return polls;
    }

    private static long work(List<ConsumerRecord<byte[], byte[]>> poll) {
        return poll.stream()
                .filter(record -> PollLimit.needsWork(record.headers(), System.currentTimeMillis()))
                .count();
    }

    private void assertHoldAllOnceInOrder(List<List<ConsumerRecord<byte[], byte[]>>> polls) {
        var all = polls.stream().flatMap(List::stream).toList();
        assertThat(all).hasSize(posted);
        for (int lane : List.of(0, 1)) {
            var offsets = all.stream()
                    .filter(record -> record.partition() == lane)
                    .map(ConsumerRecord::offset)
                    .toList();
            assertThat(offsets)
                    .isEqualTo(LongStream.range(0, offsets.size()).boxed().toList());
        }
    }

    @Test
    void readsALongRunOfExpiredRecordsInFewPollsAndNeverMoreWorkThanABatch() {
        for (int i = 0; i < 10_000; i++) {
            post(0, i % 500 != 250, 100);
            post(1, i % 1000 != 700, 100);
        }

        var polls = pollAll();

        assertHoldAllOnceInOrder(polls);
        assertThat(polls).allMatch(poll -> work(poll) <= MAX_WORK);
        assertThat(polls.stream().mapToLong(PollLimitIT::work).sum()).isEqualTo(30);
        assertThat(polls).hasSizeLessThan(100);
    }

    @Test
    void readsNoMoreBytesAtOnceThanItMayHoweverWellTheyAreCompressed() {
        for (int i = 0; i < 100; i++) {
            post(0, true, 256 << 10);
        }
        post(1, true, MAX_BYTES + 1);

        var polls = pollAll();

        assertHoldAllOnceInOrder(polls);
        assertThat(polls)
                .allMatch(poll -> poll.size() == 1
                        || poll.stream()
                                        .mapToInt(record -> requireNonNull(record.value()).length)
                                        .sum()
                                <= MAX_BYTES);
    }
}
