package dev.millrace.monitoring.kafka;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.kafka.autoconfigure.KafkaConnectionDetails;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;

/**
 * Makes clients of Kafka.
 *
 * @param group that consumers are in, and the clients' name
 */
public record Clients(KafkaProperties kafka, KafkaConnectionDetails connection, String group) {
    /** A consumer of no group, of committed records. */
    public KafkaConsumer<byte[], byte @Nullable []> consumer(String suffix) {
        return consumer(Map.of("client.id", group + suffix));
    }

    /** A consumer of the group, of committed records, that is to commit what it has done. */
    public KafkaConsumer<byte[], byte @Nullable []> member(int maxPollRecords) {
        return consumer(Map.of(
                "client.id",
                group,
                "group.id",
                group,
                "session.timeout.ms",
                10_000,
                "heartbeat.interval.ms",
                3000,
                "max.poll.records",
                maxPollRecords));
    }

    /** A member that gets the same partition of all topics, and all anew at each change. */
    public KafkaConsumer<byte[], byte @Nullable []> counter() {
        return consumer(Map.of(
                "client.id",
                group,
                "group.id",
                group,
                "partition.assignment.strategy",
                RangeAssignor.class.getName(),
                "session.timeout.ms",
                10_000,
                "heartbeat.interval.ms",
                3000,
                // What is fetched ahead has to fit beside the windows.
                "fetch.max.bytes",
                8 << 20,
                "max.partition.fetch.bytes",
                512 << 10));
    }

    private KafkaConsumer<byte[], byte @Nullable []> consumer(Map<String, Object> own) {
        var settings = new HashMap<>(kafka.buildConsumerProperties());
        settings.remove("group.id");
        settings.remove("group.instance.id");
        settings.putAll(Map.of(
                "bootstrap.servers",
                connection.getBootstrapServers(),
                "isolation.level",
                "read_committed",
                "enable.auto.commit",
                false,
                "auto.offset.reset",
                "earliest",
                "allow.auto.create.topics",
                false));
        settings.putAll(own);
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** A producer whose records all replicas have once they are acknowledged. */
    public KafkaProducer<byte[], byte[]> producer() {
        var settings = new HashMap<>(kafka.buildProducerProperties());
        settings.remove("transactional.id");
        settings.putAll(Map.of(
                "bootstrap.servers",
                connection.getBootstrapServers(),
                "client.id",
                group,
                "acks",
                "all",
                "enable.idempotence",
                true,
                "compression.type",
                "lz4"));
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }
}
