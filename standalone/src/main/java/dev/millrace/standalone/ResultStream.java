package dev.millrace.standalone;

import dev.millrace.contract.Topics;
import dev.millrace.contract.UploadResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import tools.jackson.databind.json.JsonMapper;

/** The results as a consumer sees them: every lane of {@code results.published.v1}, read committed. Not thread-safe. */
final class ResultStream implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final KafkaConsumer<byte[], byte[]> consumer;

    /** @param fromStart whether to begin with the oldest result that is kept, else with the next one */
    ResultStream(String bootstrapServers, boolean fromStart) {
        consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false,
                        ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                        false),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        var lanes = consumer.partitionsFor(Topics.RESULTS).stream()
                .map(lane -> new TopicPartition(lane.topic(), lane.partition()))
                .toList();
        consumer.assign(lanes);
        if (fromStart) {
            consumer.seekToBeginning(lanes);
        } else {
            consumer.seekToEnd(lanes);
        }
        // Seeking is lazy: fix the positions now, before anything is posted.
        lanes.forEach(consumer::position);
    }

    /**
     * A result as it arrived.
     *
     * @param arrivedAt when this process had it in its hands
     */
    record Arrival(UploadResult result, String json, Instant arrivedAt) {
        /** From the acceptance of the upload to here. */
        Duration latency() {
            return Duration.between(result.acceptedAt(), arrivedAt);
        }
    }

    /** What has come since the last call; waits up to {@code timeout} for the first. */
    List<Arrival> poll(Duration timeout) {
        var arrivals = new ArrayList<Arrival>();
        for (var message : consumer.poll(timeout)) {
            var now = Instant.now();
            arrivals.add(new Arrival(
                    JSON.readValue(message.value(), UploadResult.class),
                    new String(message.value(), java.nio.charset.StandardCharsets.UTF_8),
                    now));
        }
        return arrivals;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
