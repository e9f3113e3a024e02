package dev.millrace.monitoring.live;

import dev.millrace.monitoring.Observatory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;
import tools.jackson.databind.json.JsonMapper;

/** Sends what {@link Observatory} sees. */
@EnableScheduling
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(LiveProperties.class)
class LiveConfiguration {
    @Bean
    EventStream eventStream(Observatory observatory, JsonMapper json, LiveProperties properties) {
        return new EventStream(() -> json.writeValueAsString(observatory.overview()), properties.subscribers());
    }

    @Bean
    Timeline timeline(Observatory observatory) {
        return new Timeline(observatory::overview);
    }
}
