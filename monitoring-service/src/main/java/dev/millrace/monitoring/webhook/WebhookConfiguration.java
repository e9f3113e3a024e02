package dev.millrace.monitoring.webhook;

import dev.millrace.monitoring.kafka.Clients;
import dev.millrace.monitoring.kafka.Worker;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.kafka.autoconfigure.KafkaConnectionDetails;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Posts alerts, if it is said where to. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(WebhookProperties.class)
class WebhookConfiguration {
    /** Alerts in memory; the others wait in their topic. */
    private static final int ALERTS = 16;

    @Bean
    WebhookLifecycle webhook(
            @Value("${spring.application.name}") String application,
            KafkaProperties kafka,
            KafkaConnectionDetails connection,
            WebhookProperties properties,
            MeterRegistry registry,
            InstantSource clock) {
        URI url = properties.url();
        if (url == null) {
            return new WebhookLifecycle(null);
        }
        var clients = new Clients(kafka, connection, application + "-webhook");
        var meters = new WebhookMeters(registry, clock);
        return new WebhookLifecycle(new Worker<>(
                "webhook",
                () -> new Webhook(
                        clients.member(ALERTS),
                        new Post(url, properties.timeout()),
                        properties.giveUpAfter(),
                        meters,
                        clock),
                Webhook::step));
    }

    /** Starts and stops with the service. */
    static final class WebhookLifecycle implements SmartLifecycle {
        private final @Nullable Worker<Webhook> worker;
        private volatile boolean started;

        WebhookLifecycle(@Nullable Worker<Webhook> worker) {
            this.worker = worker;
        }

        @Override
        public void start() {
            started = true;
            if (worker != null) {
                worker.start();
            }
        }

        @Override
        public void stop() {
            started = false;
            if (worker != null) {
                worker.stop();
            }
        }

        @Override
        public boolean isRunning() {
            return started;
        }
    }
}
