package dev.millrace.monitoring.drift;

import dev.millrace.drift.window.Judge;
import dev.millrace.pipeline.Pipeline;
import dev.millrace.pipeline.PipelineCatalog;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.kafka.autoconfigure.KafkaConnectionDetails;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Watches for drift, beside the binding that counts the flow. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(DriftProperties.class)
public class DriftConfiguration {
    private static final Logger LOGGER = LoggerFactory.getLogger(DriftConfiguration.class);

    @Bean
    DriftWatch driftWatch(
            @Value("${millrace.models.repository:}") String repository,
            @Value("${spring.application.name}") String application,
            KafkaProperties kafka,
            KafkaConnectionDetails connection,
            DriftProperties properties,
            MeterRegistry registry,
            InstantSource clock) {
        Path folder = repository.isBlank() ? null : Path.of(repository);
        var profiles = new Profiles(folder, clock);
        var pipelines = pipelines(folder);
        // What cannot be read is named from the start.
        pipelines.forEach(pipeline -> profiles.of(RowDecoder.model(pipeline)));
        var decoder = new RowDecoder(pipelines);
        var rows = new RowMeters(registry);
        var judge = new Judge(properties.minimumRows(), properties.level());
        var clients = new Clients(kafka, connection, application + "-windows");
        return new DriftWatch(
                profiles,
                () -> new WindowCounter(
                        clients.consumer(true), clients.producer(), decoder, profiles, properties, rows, clock),
                sends -> new Reports(
                        clients.consumer(false),
                        clients.producer(),
                        new Merger(profiles, judge, properties.window()),
                        sends,
                        properties,
                        clock),
                registry);
    }

    /** A repository that cannot be read costs the figures, not the service. */
    private static Collection<Pipeline> pipelines(@Nullable Path folder) {
        try {
            return folder == null
                    ? List.of()
                    : List.copyOf(PipelineCatalog.load(folder).all());
        } catch (IllegalStateException e) {
            LOGGER.atWarn().addKeyValue("reason", e.getMessage()).log("pipelines not read");
            return List.of();
        }
    }

    private record Clients(KafkaProperties kafka, KafkaConnectionDetails connection, String group) {
        KafkaConsumer<byte[], byte @Nullable []> consumer(boolean inGroup) {
            var settings = new HashMap<>(kafka.buildConsumerProperties());
            settings.put("bootstrap.servers", connection.getBootstrapServers());
            settings.remove("group.id");
            settings.remove("group.instance.id");
            settings.putAll(Map.of(
                    "client.id",
                    group + (inGroup ? "" : "-reports"),
                    "isolation.level",
                    "read_committed",
                    "enable.auto.commit",
                    false,
                    "auto.offset.reset",
                    "earliest",
                    "allow.auto.create.topics",
                    false));
            if (inGroup) {
                // Both topics of a lane to one member, and all anew at each change.
                settings.putAll(Map.of(
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
            return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        }

        KafkaProducer<byte[], byte[]> producer() {
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
}
