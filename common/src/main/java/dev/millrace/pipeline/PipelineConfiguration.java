package dev.millrace.pipeline;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Reads the {@link PipelineCatalog}; a service imports it. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ModelsProperties.class)
public class PipelineConfiguration {
    @Bean
    PipelineCatalog pipelineCatalog(ModelsProperties properties) {
        return PipelineCatalog.load(properties.repository());
    }
}
