package dev.millrace.collector;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;

import dev.millrace.cache.CacheKey;
import dev.millrace.cache.CacheProperties;
import dev.millrace.cache.TieredCache;
import dev.millrace.contract.v1.PredictionMade;
import dev.millrace.pipeline.ModelFiles;
import dev.millrace.pipeline.Pipeline;
import dev.millrace.pipeline.PipelineCatalog;
import dev.millrace.pipeline.Verdict;
import dev.millrace.stage.PermanentFailureException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Predictions of uploads that came before. One answers for a new upload only if all that decides a prediction is the same:
 * the content, and how the pipeline of this model repository reads and judges it. Thread-safe.
 */
final class KnownPredictions {
    /** To be raised whenever the same content and models come to mean another prediction, as by another parser. */
    private static final int SCHEMA = 1;

    private final Map<String, Served> served = new HashMap<>();
    private final CacheProperties.Scope scope;
    private final TieredCache<PredictionMade> predictions;

    /** What this repository serves for a pipeline. */
    private record Served(CacheKey.Builder common, ModelFiles model, ModelFiles encoder) {}

    /**
     * An upload's content as the cache sees it.
     *
     * @param known what it came to before, or null
     */
    record Seen(CacheKey key, @Nullable Known known) {}

    /** An earlier prediction, and what the pipeline makes of it now. */
    record Known(PredictionMade prediction, Verdict verdict) {}

    KnownPredictions(
            PipelineCatalog pipelines,
            Path repository,
            CacheProperties.Scope scope,
            TieredCache<PredictionMade> predictions) {
        for (Pipeline pipeline : pipelines.all()) {
            served.put(pipeline.name(), served(pipeline, repository));
        }
        this.scope = scope;
        this.predictions = predictions;
    }

    private static Served served(Pipeline pipeline, Path repository) {
        var encoder = ModelFiles.read(
                repository, pipeline.encoder().name(), pipeline.encoder().version());
        var model = ModelFiles.read(
                repository, pipeline.model().name(), pipeline.model().version());
        var common = CacheKey.builder()
                .with("schema", SCHEMA)
                .with("pipeline", pipeline.name())
                .with("parser", pipeline.parser())
                .with("features", String.valueOf(pipeline.features()))
                .with("max-tokens", pipeline.encoder().maxTokens());
        new TreeMap<>(encoder.digests()).forEach((file, digest) -> common.with("encoder/" + file, digest));
        new TreeMap<>(model.digests()).forEach((file, digest) -> common.with("model/" + file, digest));
        return new Served(common, model, encoder);
    }

    /** Looks an upload's content up. */
    Seen look(Upload upload) {
        var pipeline = upload.pipeline();
        var here = requireNonNull(served.get(pipeline.name()), "every pipeline is served");
        var key = here.common()
                .fork()
                .with("scope", scope.of(upload.tenant()))
                .with("content-type", upload.contentType())
                .with("charset", upload.charset().name().getBytes(US_ASCII))
                .with("content", upload.content().bytes())
                .build();
        return new Seen(
                key,
                predictions
                        .find(key)
                        .flatMap(made -> known(here, pipeline, made))
                        .orElse(null));
    }

    /** While models are being changed, services of another repository may have kept their prediction under our key. */
    private static Optional<Known> known(Served here, Pipeline pipeline, PredictionMade made) {
        if (!here.model().digests().containsValue(made.getModel().getDigest())
                || !here.encoder().digests().containsValue(made.getEncoder().getDigest())
                || !made.getPipeline().equals(pipeline.name())) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Known(made, Verdict.of(pipeline, made)));
        } catch (PermanentFailureException e) {
            return Optional.empty();
        }
    }
}
