package dev.millrace.pipeline;

import static java.util.Objects.requireNonNull;

import dev.millrace.cache.CacheKey;
import dev.millrace.cache.CacheProperties;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Names an upload's prediction by all that decides it: its content, and how the pipelines of this model repository read and
 * judge it. Two services agree on a key only if they have the same repository and the same code. Thread-safe.
 */
public final class ContentKeys {
    /** To be raised whenever the same content and models come to mean another prediction, as by another parser. */
    private static final int SCHEMA = 1;

    private final Map<String, Served> served = new HashMap<>();
    private final CacheProperties.Scope scope;

    /** What this repository serves for a pipeline. */
    private record Served(CacheKey.Builder common, ModelFiles model, ModelFiles encoder) {}

    /** @throws IllegalStateException if a model's {@code model.yaml} cannot be read */
    public ContentKeys(PipelineCatalog pipelines, Path repository, CacheProperties.Scope scope) {
        for (Pipeline pipeline : pipelines.all()) {
            served.put(pipeline.name(), served(pipeline, repository));
        }
        this.scope = scope;
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

    /**
     * The key of an upload.
     *
     * @param pipeline one of this repository's
     * @param charset its canonical name
     */
    public CacheKey key(Pipeline pipeline, String tenant, String contentType, String charset, ByteBuffer content) {
        return of(pipeline)
                .common()
                .fork()
                .with("scope", scope.of(tenant))
                .with("content-type", contentType)
                .with("charset", charset)
                .with("content", content)
                .build();
    }

    /** What the pipeline's model consists of. */
    public ModelFiles model(Pipeline pipeline) {
        return of(pipeline).model();
    }

    /** What the pipeline's encoder consists of. */
    public ModelFiles encoder(Pipeline pipeline) {
        return of(pipeline).encoder();
    }

    private Served of(Pipeline pipeline) {
        return requireNonNull(served.get(pipeline.name()), "every pipeline is served");
    }
}
