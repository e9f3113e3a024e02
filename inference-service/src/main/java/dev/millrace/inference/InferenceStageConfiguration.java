package dev.millrace.inference;

import dev.millrace.cache.CacheConfiguration;
import dev.millrace.cache.Caches;
import dev.millrace.cache.PredictionCodec;
import dev.millrace.contract.TopicCatalog;
import dev.millrace.contract.Topics;
import dev.millrace.contract.v1.FeaturesExtracted;
import dev.millrace.contract.v1.PredictionMade;
import dev.millrace.model.ModelRepository;
import dev.millrace.pipeline.ModelsProperties;
import dev.millrace.pipeline.PipelineCatalog;
import dev.millrace.pipeline.PipelineConfiguration;
import dev.millrace.stage.StageConfiguration;
import dev.millrace.stage.StageDefinition;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Puts {@link Inference} between {@code features.extracted.v1} and {@code predictions.made.v1}. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(InferenceProperties.class)
@Import({CacheConfiguration.class, StageConfiguration.class, PipelineConfiguration.class})
class InferenceStageConfiguration {
    /** Room for headers and framing in the output topic's largest message. */
    private static final int OVERHEAD = 64 << 10;

    @Bean
    Classifiers classifiers(PipelineCatalog pipelines, ModelsProperties models, InferenceProperties properties) {
        return new Classifiers(pipelines, ModelRepository.open(models.repository()), properties.workers());
    }

    @Bean
    Inference inference(PipelineCatalog pipelines, Classifiers classifiers, Caches caches) {
        return new Inference(pipelines, classifiers, caches.create(PredictionCodec.PREFIX, new PredictionCodec()));
    }

    @Bean
    StageDefinition<FeaturesExtracted, PredictionMade> inferenceStage(
            Inference inference, @Value("${spring.application.name}") String group) {
        return new StageDefinition<>(
                "inference",
                group,
                Topics.FEATURES,
                Topics.PREDICTIONS,
                StageDefinition.LaneSource.HEADERS,
                FeaturesExtracted::parseFrom,
                PredictionMade::toByteArray,
                inference,
                TopicCatalog.load().topic(Topics.PREDICTIONS).maxMessageBytes() - OVERHEAD,
                () -> null);
    }
}
