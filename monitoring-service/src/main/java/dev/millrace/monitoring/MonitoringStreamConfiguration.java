package dev.millrace.monitoring;

import dev.millrace.monitoring.drift.Drift;
import dev.millrace.monitoring.drift.DriftProperties;
import dev.millrace.monitoring.flow.Flow;
import dev.millrace.pipeline.PipelineCatalog;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.support.converter.RecordMessageConverter;
import org.springframework.messaging.Message;

/** Binds {@link Flow} to {@code followTopics-in-0}, one consumer of all lane topics. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({MonitoringProperties.class, DriftProperties.class})
class MonitoringStreamConfiguration {
    private static final Logger LOGGER = LoggerFactory.getLogger(MonitoringStreamConfiguration.class);

    @Bean
    InstantSource clock() {
        return InstantSource.system();
    }

    /** Follows the pipelines' models from the start, and any other version once it answers. */
    @Bean
    Drift drift(
            @Value("${millrace.models.repository:}") String repository,
            DriftProperties properties,
            MeterRegistry registry,
            InstantSource clock) {
        Path folder = repository.isBlank() ? null : Path.of(repository);
        var drift = new Drift(folder, properties, registry, clock);
        if (folder != null) {
            followPipelines(folder, drift);
        }
        return drift;
    }

    @Bean
    Flow flow(MeterRegistry registry, InstantSource clock, MonitoringProperties properties, Drift drift) {
        return new Flow(registry, clock, properties.recentResults(), drift);
    }

    @Bean
    RecordMessageConverter wholeRecordConverter() {
        return new WholeRecordConverter();
    }

    @Bean
    Consumer<Message<byte[]>> followTopics(Flow flow) {
        return message -> {
            ConsumerRecord<byte[], byte @Nullable []> source = WholeRecordConverter.recordOf(message);
            try {
                flow.accept(source);
            } catch (RuntimeException e) {
                // Thrown on, the binder would drop the record all the same, but without its name.
                LOGGER.atError()
                        .addKeyValue("record", source.topic() + "/" + source.partition() + "/" + source.offset())
                        .setCause(e)
                        .log("record not observed");
            }
        };
    }

    /** A repository that cannot be read costs the figures, not the service. */
    private static void followPipelines(Path folder, Drift drift) {
        try {
            for (var pipeline : PipelineCatalog.load(folder).all()) {
                drift.predicted(
                        pipeline.name(),
                        pipeline.model().name(),
                        pipeline.model().version());
            }
        } catch (IllegalStateException e) {
            LOGGER.atWarn().addKeyValue("reason", e.getMessage()).log("pipelines not read");
        }
    }
}
