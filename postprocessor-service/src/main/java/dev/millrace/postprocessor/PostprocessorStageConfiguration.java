package dev.millrace.postprocessor;

import dev.millrace.contract.TopicCatalog;
import dev.millrace.contract.Topics;
import dev.millrace.pipeline.PipelineCatalog;
import dev.millrace.pipeline.PipelineConfiguration;
import dev.millrace.stage.PublishingDefinition;
import dev.millrace.stage.StageConfiguration;
import java.time.InstantSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import tools.jackson.databind.json.JsonMapper;

/** Publishes {@code predictions.made.v1} as {@code results.published.v1}. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(PostprocessorProperties.class)
@Import({StageConfiguration.class, PipelineConfiguration.class})
class PostprocessorStageConfiguration {
    /** Room for headers and framing in the output topic's largest message. */
    private static final int OVERHEAD = 64 << 10;

    @Bean
    PublishingDefinition publishingDefinition(
            PipelineCatalog pipelines,
            JsonMapper json,
            InstantSource clock,
            PostprocessorProperties properties,
            @Value("${spring.application.name}") String group) {
        return new PublishingDefinition(
                "postprocessor",
                group,
                Topics.PREDICTIONS,
                Topics.RESULTS,
                new Results(pipelines, json, clock),
                properties.idempotencyWindow(),
                TopicCatalog.load().topic(Topics.RESULTS).maxMessageBytes() - OVERHEAD);
    }
}
