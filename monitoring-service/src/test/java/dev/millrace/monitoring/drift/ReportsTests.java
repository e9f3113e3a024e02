package dev.millrace.monitoring.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.contract.Topics;
import dev.millrace.drift.window.Judge;
import dev.millrace.monitoring.kafka.Worker;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReportsTests {
    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
    private static final DriftProperties PROPERTIES =
            new DriftProperties(Duration.ofMinutes(5), Duration.ofMinutes(10), 200, Duration.ofDays(90), 0.005);

    private final List<MockConsumer<byte[], byte @Nullable []>> consumers = new CopyOnWriteArrayList<>();
    private final List<MockProducer<byte[], byte[]>> producers = new CopyOnWriteArrayList<>();

    @Test
    void leaveNoClientBehindWhileKafkaDoesNotAnswer() {
        var worker = new Worker<>("reports", () -> make(away()), Reports::step);

        worker.start();
        await().atMost(Duration.ofSeconds(30)).until(() -> consumers.size() >= 3);
        worker.stop();

        assertThat(consumers).allMatch(MockConsumer::closed);
        assertThat(producers).hasSameSizeAs(consumers).allMatch(MockProducer::closed);
    }

    @Test
    void closeTheProducerThoughTheConsumerCannotBeClosed() {
        var reports = make(new MockConsumer<>("earliest") {
            @Override
            public synchronized void close() {
                throw new KafkaException("stuck");
            }
        });

        try {
            reports.close();
        } catch (KafkaException expected) {
            assertThat(expected).hasMessage("stuck");
        }

        assertThat(producers).allMatch(MockProducer::closed);
    }

    private Reports make(MockConsumer<byte[], byte @Nullable []> consumer) {
        var producer = new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
        consumers.add(consumer);
        producers.add(producer);
        var profiles = new Profiles(null, () -> NOW);
        var merger = new Merger(profiles, new Judge(200, 1e-3), PROPERTIES.window());
        return new Reports(consumer, producer, merger, () -> true, PROPERTIES, () -> NOW);
    }

    private static MockConsumer<byte[], byte @Nullable []> away() {
        var consumer = new MockConsumer<byte[], byte @Nullable []>("earliest");
        var sent = new TopicPartition(Topics.DRIFT, 0);
        consumer.updateBeginningOffsets(Map.of(sent, 0L));
        consumer.setOffsetsException(new TimeoutException("Kafka is away"));
        return consumer;
    }
}
