package dev.millrace.stage;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.InstantSource;
import org.apache.kafka.clients.admin.Admin;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Runs the {@link StageDefinition} or {@link PublishingDefinition} that a service declares as a bean; it imports this. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(StageProperties.class)
public class StageConfiguration {
    @Bean
    @ConditionalOnMissingBean
    InstantSource clock() {
        return Clock.systemUTC();
    }

    @Bean
    KafkaClients kafkaClients(
            KafkaProperties kafka, StageProperties stage, @Value("${millrace.instance}") String instance) {
        return new KafkaClients(kafka, stage, instance);
    }

    @Bean
    Admin stageAdmin(KafkaClients clients) {
        return clients.admin();
    }

    @Bean
    TopicInspector topicInspector(Admin admin) {
        return new TopicInspector(admin);
    }

    /** A service has one stage: an inner one or the publishing one. */
    @Bean
    StageLifecycle stageLifecycle(
            ObjectProvider<StageDefinition<?, ?>> inner,
            ObjectProvider<PublishingDefinition> publishing,
            KafkaClients clients,
            StageProperties properties,
            Admin admin,
            TopicInspector topics,
            MeterRegistry registry,
            InstantSource clock) {
        var stages = new Stages(clients, properties, admin, topics, registry, clock);
        var definition = inner.getIfAvailable();
        return definition == null ? stages.publishing(publishing.getObject()) : stages.inner(definition);
    }

    @Bean("stage")
    StageHealth stageHealth(StageLifecycle stage) {
        return new StageHealth(stage);
    }
}
