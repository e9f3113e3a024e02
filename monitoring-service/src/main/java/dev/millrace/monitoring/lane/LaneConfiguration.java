package dev.millrace.monitoring.lane;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.kafka.autoconfigure.KafkaConnectionDetails;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Watches the lanes; its health contribution is {@code lanes}. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(LaneProperties.class)
public class LaneConfiguration {
    @Bean
    LaneWatch lanes(
            KafkaProperties kafka,
            KafkaConnectionDetails connection,
            LaneProperties properties,
            MeterRegistry registry,
            InstantSource clock) {
        return new LaneWatch(() -> reader(kafka, connection, properties), properties, registry, clock);
    }

    private static LaneReader reader(KafkaProperties kafka, KafkaConnectionDetails connection, LaneProperties lane) {
        int timeout = Math.toIntExact(lane.timeout().toMillis());
        Map<String, Object> shared = Map.of(
                "bootstrap.servers",
                connection.getBootstrapServers(),
                "client.id",
                kafka.getClientId() + "-lanes",
                "request.timeout.ms",
                timeout,
                "default.api.timeout.ms",
                timeout);
        var admin = new HashMap<>(kafka.buildAdminProperties());
        admin.putAll(shared);
        var consumer = new HashMap<>(kafka.buildConsumerProperties());
        consumer.putAll(shared);
        consumer.putAll(Map.of(
                "isolation.level",
                "read_committed",
                "enable.auto.commit",
                false,
                "auto.offset.reset",
                "none",
                // Only places are of interest, so little is fetched ahead.
                "max.partition.fetch.bytes",
                64 * 1024,
                "allow.auto.create.topics",
                false));
        consumer.remove("group.id");
        consumer.remove("group.instance.id");
        return new LaneReader(
                Admin.create(admin),
                new KafkaConsumer<>(consumer, new ByteArrayDeserializer(), new ByteArrayDeserializer()),
                lane.timeout());
    }
}
