package dev.millrace.feature;

import com.google.protobuf.UnsafeByteOperations;
import dev.millrace.cache.CacheConfiguration;
import dev.millrace.cache.Caches;
import dev.millrace.contract.TopicCatalog;
import dev.millrace.contract.Topics;
import dev.millrace.contract.v1.FeaturesExtracted;
import dev.millrace.contract.v1.UploadReceived;
import dev.millrace.model.ModelRepository;
import dev.millrace.model.Precision;
import dev.millrace.model.mail.MailFeatures;
import dev.millrace.payload.PayloadConfiguration;
import dev.millrace.payload.PayloadStore;
import dev.millrace.pipeline.ContentKeys;
import dev.millrace.pipeline.ModelsProperties;
import dev.millrace.pipeline.Pipeline;
import dev.millrace.pipeline.PipelineCatalog;
import dev.millrace.pipeline.PipelineConfiguration;
import dev.millrace.stage.StageConfiguration;
import dev.millrace.stage.StageDefinition;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Set;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Puts {@link FeatureExtractor} between {@code uploads.received.v1} and {@code features.extracted.v1}. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(FeatureProperties.class)
@Import({CacheConfiguration.class, StageConfiguration.class, PayloadConfiguration.class, PipelineConfiguration.class})
class FeatureStageConfiguration {
    /** Room for headers and framing in the output topic's largest message. */
    private static final int OVERHEAD = 64 << 10;

    @Bean
    Encoders encoders(
            PipelineCatalog pipelines,
            ModelsProperties models,
            FeatureProperties properties,
            Caches caches,
            InstantSource clock,
            MeterRegistry registry) {
        for (var pipeline : pipelines.all()) {
            if (!pipeline.parser().equals("mail")) {
                throw new IllegalStateException(
                        "%s.parser: '%s' (expected: mail)".formatted(pipeline.name(), pipeline.parser()));
            }
            if (pipeline.features() != null && !pipeline.features().equals(MailFeatures.VERSION)) {
                throw new IllegalStateException("%s.features: '%s' (expected: %s)"
                        .formatted(pipeline.name(), pipeline.features(), MailFeatures.VERSION));
            }
        }
        var precision = properties.precision().equals("auto") ? null : Precision.of(properties.precision());
        return new Encoders(
                pipelines,
                ModelRepository.open(models.repository()),
                precision,
                properties.workers(),
                caches,
                clock,
                registry);
    }

    @Bean
    ContentKeys contentKeys(PipelineCatalog pipelines, ModelsProperties models, Caches caches) {
        return new ContentKeys(pipelines, models.repository(), caches.scope());
    }

    @Bean
    FeatureExtractor featureExtractor(
            PipelineCatalog pipelines, Encoders encoders, ContentKeys keys, FeatureProperties properties) {
        return new FeatureExtractor(pipelines, encoders, keys, bulkPipelines(properties, pipelines));
    }

    static Set<String> bulkPipelines(FeatureProperties properties, PipelineCatalog pipelines) {
        for (String name : properties.bulkPipelines()) {
            if (pipelines.find(name).isEmpty()) {
                throw new IllegalStateException("millrace.feature.bulk-pipelines: '%s' (expected: names out of %s)"
                        .formatted(
                                name,
                                pipelines.all().stream().map(Pipeline::name).toList()));
            }
        }
        return properties.bulkPipelines();
    }

    @Bean
    StageDefinition<UploadReceived, FeaturesExtracted> featureStage(
            FeatureExtractor extractor, PayloadStore payloads, @Value("${spring.application.name}") String group) {
        return new StageDefinition<>(
                "feature",
                group,
                Topics.UPLOADS,
                Topics.FEATURES,
                StageDefinition.LaneSource.OWN_POSITION,
                FeatureStageConfiguration::decode,
                FeaturesExtracted::toByteArray,
                new PayloadLoader<>(payloads, extractor),
                TopicCatalog.load().topic(Topics.FEATURES).maxMessageBytes() - OVERHEAD,
                () -> null);
    }

    /** Reads a body without copying the content out of it: of a batch of large uploads, memory holds one copy. */
    static UploadReceived decode(byte[] body) throws IOException {
        var input = UnsafeByteOperations.unsafeWrap(body).newCodedInput();
        input.enableAliasing(true);
        var upload = UploadReceived.parseFrom(input);
        input.checkLastTagWas(0);
        return upload;
    }
}
