package dev.millrace.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contract.Topics;
import dev.millrace.contract.UploadResult;
import dev.millrace.standalone.suite.SuiteException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** The results as a consumer sees them: every lane of {@code results.published.v1}, read committed. Not thread-safe. */
final class ResultStream implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static final int TIMEOUT_MS = 15_000;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final String bootstrapServers;
    private final Consumer<String> skipped;

    /**
     * @param fromStart whether to begin with the oldest result that is kept, else with the next one
     * @param skipped told of each record that is no result
     * @throws SuiteException if Kafka does not answer or has no such topic
     */
    ResultStream(String bootstrapServers, boolean fromStart, Consumer<String> skipped) {
        this.bootstrapServers = bootstrapServers;
        this.skipped = skipped;
        try {
            consumer = new KafkaConsumer<>(
                    Map.of(
                            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                            bootstrapServers,
                            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                            "read_committed",
                            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                            false,
                            ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                            false,
                            ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                            TIMEOUT_MS),
                    new ByteArrayDeserializer(),
                    new ByteArrayDeserializer());
        } catch (KafkaException e) {
            // What it was made of says more than that it was not made.
            throw unanswered(e.getCause() == null ? e : e.getCause());
        }
        try {
            begin(fromStart);
        } catch (KafkaException e) {
            consumer.close();
            throw unanswered(e);
        }
    }

    private void begin(boolean fromStart) {
        var lanes = consumer.partitionsFor(Topics.RESULTS).stream()
                .map(lane -> new TopicPartition(lane.topic(), lane.partition()))
                .toList();
        if (lanes.isEmpty()) {
            consumer.close();
            throw new SuiteException(
                    "Kafka at %s has no topic %s".formatted(bootstrapServers, Topics.RESULTS),
                    "is it the right one? './millrace topics apply' creates the topics");
        }
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

    /**
     * What has come since the last call; waits up to {@code timeout} for the first.
     *
     * @throws SuiteException if Kafka refuses
     */
    List<Arrival> poll(Duration timeout) {
        var arrivals = new ArrayList<Arrival>();
        try {
            for (var message : consumer.poll(timeout)) {
                decode(message.value(), Instant.now())
                        .ifPresentOrElse(
                                arrivals::add,
                                () -> skipped.accept("no result, passed over: record %d of lane %d of %s"
                                        .formatted(message.offset(), message.partition(), message.topic())));
            }
        } catch (KafkaException e) {
            throw unanswered(e);
        }
        return arrivals;
    }

    /** The result in a record; nothing if it is none, as when somebody else writes to the topic. */
    @SuppressWarnings("ConstantValue") // JSON may leave out what the record's type says is there.
    static Optional<Arrival> decode(byte @Nullable [] value, Instant now) {
        if (value == null) {
            return Optional.empty();
        }
        try {
            var result = JSON.readValue(value, UploadResult.class);
            boolean whole = result != null
                    && result.id() != null
                    && result.status() != null
                    && result.acceptedAt() != null
                    && result.publishedAt() != null;
            return whole ? Optional.of(new Arrival(result, new String(value, UTF_8), now)) : Optional.empty();
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    private SuiteException unanswered(Throwable cause) {
        return new SuiteException(
                "Kafka at %s does not answer: %s".formatted(bootstrapServers, cause.getMessage()),
                "is it up, and is the address right?");
    }

    @Override
    public void close() {
        consumer.close();
    }
}
