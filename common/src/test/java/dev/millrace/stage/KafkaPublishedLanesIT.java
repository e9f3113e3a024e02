package dev.millrace.stage;

import static dev.millrace.stage.TestRecords.NOW;
import static dev.millrace.stage.TestRecords.headers;
import static dev.millrace.stage.TestRecords.id;
import static dev.millrace.stage.TestRecords.link;
import static dev.millrace.stage.TestRecords.origin;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.sandbox.Sandbox;
import dev.millrace.sandbox.SandboxExtension;
import dev.millrace.stage.PublishedLanes.PublishedUpload;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SandboxExtension.class)
class KafkaPublishedLanesIT {
    private final String topic = "results-" + UUID.randomUUID();
    private final Sandbox sandbox;
    private final Admin admin;
    private final KafkaProducer<byte[], byte[]> producer;

    KafkaPublishedLanesIT(Sandbox sandbox) {
        this.sandbox = sandbox;
        admin = Admin.create(Map.of("bootstrap.servers", sandbox.bootstrapServers()));
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", sandbox.bootstrapServers(), "transactional.id", topic),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    @BeforeEach
    void createTopic() throws Exception {
        admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
        producer.initTransactions();
    }

    @AfterEach
    void close() {
        producer.close();
        admin.close();
    }

    private PublishedLanes lanes(Duration patience) {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                sandbox.bootstrapServers(),
                "isolation.level",
                "read_committed",
                "auto.offset.reset",
                "none",
                "enable.auto.commit",
                false);
        return new KafkaPublishedLanes(
                topic,
                admin,
                () -> new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer()),
                patience,
                pause -> true);
    }

    private PublishedLanes.Published read() {
        return lanes(Duration.ofSeconds(10)).read(0, Instant.now().minus(Duration.ofHours(1)));
    }

    private void send(int origin, UUID id) {
        var headers = headers(id);
        link(origin, origin - 1).write(headers);
        producer.send(new ProducerRecord<>(topic, 0, null, null, new byte[10], headers));
    }

    private void commit(int from, int to) {
        producer.beginTransaction();
        for (int i = from; i < to; i++) {
            send(i, id(i));
        }
        producer.commitTransaction();
    }

    private void abort(int from, int to) {
        producer.beginTransaction();
        for (int i = from; i < to; i++) {
            send(i, id(i));
        }
        producer.flush();
        producer.abortTransaction();
    }

    @Test
    void findsThatALaneWasNeverUsed() {
        assertThat(read()).isEqualTo(new PublishedLanes.Published(false, null, List.of()));
    }

    @Test
    void takesALaneWhoseTransactionsWereAllAbortedForUnused() {
        abort(0, 1000);

        assertThat(read()).isEqualTo(new PublishedLanes.Published(false, null, List.of()));
    }

    @Test
    void findsTheLastCommittedRecordBehindManyAbortedOnes() {
        commit(0, 3);
        abort(3, 3000);

        assertThat(read().tail()).isEqualTo(origin(2));
    }

    @Test
    void remembersALaneThatRetentionHasEmptied() throws Exception {
        commit(0, 3);
        admin.deleteRecords(Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(-1)))
                .all()
                .get();

        assertThat(read()).isEqualTo(new PublishedLanes.Published(true, null, List.of()));
    }

    @Test
    void waitsForOpenTransactions() {
        commit(0, 3);
        producer.beginTransaction();
        send(3, id(3));
        producer.flush();

        assertThatExceptionOfType(TransientFailureException.class)
                .isThrownBy(() -> lanes(Duration.ofMillis(300)).read(0, NOW));

        producer.commitTransaction();
        assertThat(read().tail()).isEqualTo(origin(3));
    }

    @Test
    void listsTheUploadsThatCanComeAgain() {
        var repeatable = UUID.fromString("00000000-0000-8000-8000-000000000001");
        producer.beginTransaction();
        send(0, id(0));
        send(1, repeatable);
        producer.commitTransaction();

        assertThat(read().recent())
                .extracting(PublishedUpload::attempt)
                .containsExactly(new UploadAttempt(repeatable, 1));
    }
}
