package dev.millrace.collector.admission;

import dev.millrace.contract.TopicCatalog;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Watches the pipeline and turns uploads away. */
@Configuration(proxyBeanMethods = false)
public class AdmissionConfiguration {
    @Bean
    Admission admission(
            @Value("${millrace.collector.max-drain-time:30s}") Duration maxDrainTime, MeterRegistry meters) {
        if (maxDrainTime.compareTo(Duration.ofSeconds(1)) < 0 || maxDrainTime.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException(
                    "millrace.collector.max-drain-time: %s (expected: 1 s to 1 d)".formatted(maxDrainTime));
        }
        var admission = new Admission(maxDrainTime, RandomGenerator.getDefault());
        Gauge.builder("millrace.collector.backlog", admission, each -> each.backlog()
                        .records())
                .description("Accepted uploads that are not done")
                .baseUnit("uploads")
                .register(meters);
        Gauge.builder(
                        "millrace.collector.backlog.drain.time",
                        admission,
                        each -> each.backlog().drainTime().toMillis() / 1e3)
                .description("How long an upload that comes now has to wait for work on it to begin")
                .baseUnit("seconds")
                .register(meters);
        Gauge.builder("millrace.collector.concurrency.limit", admission, Admission::concurrencyLimit)
                .description("Uploads that may be under acceptance at one time")
                .baseUnit("uploads")
                .register(meters);
        return admission;
    }

    @Bean(initMethod = "start", destroyMethod = "close")
    BacklogWatch backlogWatch(KafkaProperties kafka, TopicCatalog topics, Admission admission, Clock clock) {
        var settings = kafka.buildAdminProperties();
        settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 5_000);
        settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 2_000);
        return new BacklogWatch(new Pipeline(Admin.create(settings), topics.lanes()), admission, clock);
    }
}
