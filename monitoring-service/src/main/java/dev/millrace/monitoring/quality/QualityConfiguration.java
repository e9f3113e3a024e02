package dev.millrace.monitoring.quality;

import dev.millrace.monitoring.drift.DriftWatch;
import dev.millrace.monitoring.kafka.Clients;
import dev.millrace.pipeline.Pipeline;
import dev.millrace.pipeline.PipelineCatalog;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.kafka.autoconfigure.KafkaConnectionDetails;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Judges the models by feedback. */
@Configuration(proxyBeanMethods = false)
class QualityConfiguration {
    @Bean
    QualityWatch qualityWatch(
            @Value("${millrace.models.repository:}") String repository,
            @Value("${spring.application.name}") String application,
            KafkaProperties kafka,
            KafkaConnectionDetails connection,
            DriftWatch windows,
            MeterRegistry registry,
            InstantSource clock) {
        var clients = new Clients(kafka, connection, application + "-quality");
        var thresholds = thresholds(repository);
        var meters = new FeedbackMeters(registry, model -> thresholds.isEmpty() || thresholds.containsKey(model));
        return new QualityWatch(
                () -> new Feedback(clients.consumer(""), clients.producer(), windows::sendsAlerts, meters, clock),
                windows,
                thresholds);
    }

    /** What cannot be read is named by who watches for drift, and has no estimates. */
    private static Map<String, Double> thresholds(String repository) {
        try {
            return repository.isBlank()
                    ? Map.of()
                    : PipelineCatalog.load(Path.of(repository)).all().stream()
                            .collect(Collectors.toMap(
                                    pipeline -> pipeline.model().name() + "/"
                                            + pipeline.model().version(),
                                    Pipeline::threshold,
                                    (first, _) -> first));
        } catch (IllegalStateException e) {
            return Map.of();
        }
    }
}
