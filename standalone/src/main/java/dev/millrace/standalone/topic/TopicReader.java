package dev.millrace.standalone.topic;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** Reads what topics hold now, read committed and without a group. Not thread-safe. */
public final class TopicReader implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final KafkaConsumer<byte[], byte[]> consumer;

    public TopicReader(String bootstrapServers) {
        consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed",
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "none",
                        ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                        15_000,
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false,
                        ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                        false),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    /** Gives every record written since then to {@code each}, those of a partition in order. */
    public void read(String topic, Instant since, Consumer<ConsumerRecord<byte[], byte[]>> each) {
        var partitions = consumer.partitionsFor(topic).stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList();
        var ends = consumer.endOffsets(partitions);
        var times = new HashMap<TopicPartition, Long>();
        partitions.forEach(partition -> times.put(partition, Math.max(0, since.toEpochMilli())));
        var begins = consumer.offsetsForTimes(times);
        consumer.assign(partitions);
        for (var partition : partitions) {
            var begin = begins.get(partition);
            consumer.seek(partition, begin == null ? end(ends, partition) : begin.offset());
        }
        long advancedAt = System.nanoTime();
        while (partitions.stream().anyMatch(partition -> consumer.position(partition) < end(ends, partition))) {
            var records = consumer.poll(POLL);
            records.forEach(each);
            if (!records.isEmpty()) {
                advancedAt = System.nanoTime();
            } else if (System.nanoTime() - advancedAt > PATIENCE.toNanos()) {
                throw new IllegalStateException("%s: nothing came for %d s (expected: records to the end)"
                        .formatted(topic, PATIENCE.toSeconds()));
            }
        }
    }

    /** The record at a place, or null if it is no longer in the log. */
    public @Nullable ConsumerRecord<byte[], byte[]> at(String topic, int partition, long offset) {
        var place = new TopicPartition(topic, partition);
        consumer.assign(List.of(place));
        if (offset < end(consumer.beginningOffsets(Set.of(place)), place)
                || offset >= end(consumer.endOffsets(Set.of(place)), place)) {
            return null;
        }
        consumer.seek(place, offset);
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < PATIENCE.toNanos()) {
            for (var record : consumer.poll(POLL).records(place)) {
                return record.offset() == offset ? record : null;
            }
        }
        throw new IllegalStateException("%s: the broker did not give offset %d".formatted(place, offset));
    }

    @Override
    public void close() {
        consumer.close();
    }

    private static long end(Map<TopicPartition, Long> offsets, TopicPartition partition) {
        return offsets.getOrDefault(partition, 0L);
    }
}
