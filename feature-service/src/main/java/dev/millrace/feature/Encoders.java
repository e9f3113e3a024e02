package dev.millrace.feature;

import static java.util.Objects.requireNonNull;

import dev.millrace.cache.Caches;
import dev.millrace.model.ModelRepository;
import dev.millrace.model.PipelineFit;
import dev.millrace.model.Precision;
import dev.millrace.model.TextEncoder;
import dev.millrace.pipeline.Pipeline;
import dev.millrace.pipeline.PipelineCatalog;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The encoders that the pipelines name, loaded and warm. Safe to share between threads. */
final class Encoders implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(Encoders.class);

    private final Map<Pipeline.Encoder, CachedEncoder> encoders = new HashMap<>();

    Encoders(
            PipelineCatalog pipelines,
            ModelRepository repository,
            Precision precision,
            int workers,
            Caches caches,
            InstantSource clock) {
        for (Pipeline pipeline : pipelines.all()) {
            PipelineFit.require(pipeline, repository);
            encoders.computeIfAbsent(pipeline.encoder(), encoder -> {
                var loaded = TextEncoder.load(
                        repository.model(encoder.name(), encoder.version()), precision, encoder.maxTokens(), workers);
                loaded.warmUp();
                LOGGER.atInfo()
                        .addKeyValue("encoder", encoder.name())
                        .addKeyValue("version", encoder.version())
                        .addKeyValue("precision", precision.text())
                        .log("encoder loaded and warm");
                return new CachedEncoder(loaded, caches, clock);
            });
        }
    }

    CachedEncoder of(Pipeline pipeline) {
        return requireNonNull(encoders.get(pipeline.encoder()), "every pipeline's encoder is loaded");
    }

    @Override
    public void close() {
        encoders.values().forEach(CachedEncoder::close);
    }
}
