package dev.millrace.feature;

import dev.millrace.cache.CacheKey;
import dev.millrace.cache.CacheProperties;
import dev.millrace.cache.Caches;
import dev.millrace.cache.TieredCache;
import dev.millrace.contract.StoreKeys;
import dev.millrace.contract.v1.ModelReference;
import dev.millrace.model.TextEncoder;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * An encoder that remembers. An embedding is the same to the bit whether it was computed or found, and whatever shared its
 * batch, since {@link TextEncoder} says so and what is computed goes through {@link EmbeddingCodec} too. Thread-safe.
 */
final class CachedEncoder implements AutoCloseable {
    /** To be raised whenever the same weights and tokens come to mean another embedding, as by another padding. */
    private static final int SCHEMA = 2;

    private final TextEncoder encoder;
    private final CacheProperties.Scope scope;
    private final CacheKey.Builder common;
    private final TieredCache<float[]> embeddings;
    private final InstantSource clock;

    CachedEncoder(TextEncoder encoder, Caches caches, InstantSource clock) {
        this.encoder = encoder;
        this.scope = caches.scope();
        this.common = common(encoder.modelReference(), encoder.engine());
        this.embeddings = caches.create(StoreKeys.EMBEDDINGS, new EmbeddingCodec(encoder.embeddingSize()));
        this.clock = clock;
    }

    /** A text and whose it is. */
    record Input(String tenant, TextEncoder.Request request) {}

    TextEncoder encoder() {
        return encoder;
    }

    /** Embeddings of shape (B, E), in order; throws what {@link TextEncoder#encode(List, java.time.Instant)} does. */
    List<float[]> encode(List<Input> inputs) {
        return embeddings.getAll(
                inputs.stream().map(this::key).toList(),
                slack(inputs, clock.instant()),
                missing -> Arrays.asList(encoder.encode(
                        missing.stream().map(i -> inputs.get(i).request()).toList(), clock.instant())));
    }

    /** Time until the first of these is due. */
    static Duration slack(List<Input> inputs, Instant now) {
        return inputs.stream()
                .map(input -> Duration.between(now, input.request().deadline()))
                .min(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
    }

    /** The key under which an input's embedding is kept. */
    CacheKey key(Input input) {
        return key(common, scope, input);
    }

    /** Pooling and normalisation are part of the weights' file, so its digest stands for them. */
    static CacheKey.Builder common(ModelReference model, String engine) {
        return CacheKey.builder()
                .with("schema", SCHEMA)
                .with("model", model.getName())
                .with("version", model.getVersion())
                .with("weights", model.getDigest())
                .with("precision", model.getPrecision())
                .with("engine", engine);
    }

    /**
     * The tokens, not the text: what tokenizer, limit and truncation make of a text is in them, and texts that differ
     * only in what the encoder never sees share an embedding.
     */
    static CacheKey key(CacheKey.Builder common, CacheProperties.Scope scope, Input input) {
        long[] ids = input.request().text().ids();
        var tokens = ByteBuffer.allocate(ids.length * Integer.BYTES);
        for (long id : ids) {
            tokens.putInt(Math.toIntExact(id));
        }
        return common.fork()
                .with("scope", scope.of(input.tenant()))
                .with("tokens", tokens.flip())
                .build();
    }

    @Override
    public void close() {
        encoder.close();
    }
}
