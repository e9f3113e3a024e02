package dev.millrace.monitoring.drift;

import dev.millrace.drift.window.Judge;
import dev.millrace.monitoring.kafka.Clients;
import dev.millrace.pipeline.Pipeline;
import dev.millrace.pipeline.PipelineCatalog;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
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
        var judge = new Judge(properties.minimumRows(), properties.level(), properties.usualRepeats());
        var clients = new Clients(kafka, connection, application + "-windows");
        return new DriftWatch(
                profiles,
                () -> new WindowCounter(
                        clients.counter(), clients.producer(), decoder, profiles, properties, rows, clock),
                sends -> new Reports(
                        clients.consumer("-reports"),
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
}
