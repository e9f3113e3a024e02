package dev.millrace.collector;

import dev.millrace.contract.Headers;
import dev.millrace.contract.TopicCatalog;
import dev.millrace.contract.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads {@code uploads.received.v1} as feature would find it. */
final class UploadRecords {
    private final String bootstrapServers;

    UploadRecords(String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
    }

    /** All records of an upload that are on the topic now. */
    List<ConsumerRecord<byte[], byte[]>> of(UUID id) {
        var partitions = IntStream.range(0, TopicCatalog.load().lanes())
                .mapToObj(partition -> new TopicPartition(Topics.UPLOADS, partition))
                .toList();
        var found = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        try (var consumer = new KafkaConsumer<>(
                Map.<String, Object>of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(each -> consumer.position(each) < ends.getOrDefault(each, 0L))) {
                for (var record : consumer.poll(Duration.ofMillis(200))) {
                    if (id.toString().equals(Headers.text(record.headers(), Headers.UPLOAD_ID))) {
                        found.add(record);
                    }
                }
            }
        }
        return found;
    }
}
