package dev.millrace.collector;

import dev.millrace.cache.CacheKey;
import dev.millrace.cache.TieredCache;
import dev.millrace.contract.v1.PredictionMade;
import dev.millrace.pipeline.ContentKeys;
import dev.millrace.pipeline.Pipeline;
import dev.millrace.pipeline.Verdict;
import dev.millrace.stage.PermanentFailureException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Predictions of uploads that came before, by {@link ContentKeys}. Thread-safe. */
final class KnownPredictions {
    private final ContentKeys keys;
    private final TieredCache<PredictionMade> predictions;

    /**
     * An upload's content as the cache sees it.
     *
     * @param known what it came to before, or null
     */
    record Seen(CacheKey key, @Nullable Known known) {}

    /** An earlier prediction, and what the pipeline makes of it. */
    record Known(PredictionMade prediction, Verdict verdict) {}

    KnownPredictions(ContentKeys keys, TieredCache<PredictionMade> predictions) {
        this.keys = keys;
        this.predictions = predictions;
    }

    /** The key of an upload's content. */
    CacheKey key(Upload upload) {
        return keys.key(
                upload.pipeline(),
                upload.tenant(),
                upload.contentType(),
                upload.charset().name(),
                ByteBuffer.wrap(upload.content().bytes()));
    }

    /** An upload's content, without a look at what came before. */
    Seen unknown(CacheKey key) {
        return new Seen(key, null);
    }

    /** Looks an upload's content up. */
    Seen look(Upload upload, CacheKey key) {
        return new Seen(
                key,
                predictions
                        .find(key)
                        .flatMap(made -> known(upload.pipeline(), made))
                        .orElse(null));
    }

    /** What is kept under a key: in memory, else these bytes that Redis has of it. */
    Optional<PredictionMade> open(CacheKey key, byte @Nullable [] sealed) {
        return predictions.open(key, sealed);
    }

    /** While models are being changed, inference may still have another model than this repository. */
    private Optional<Known> known(Pipeline pipeline, PredictionMade made) {
        if (!keys.model(pipeline).digests().containsValue(made.getModel().getDigest())
                || !keys.encoder(pipeline)
                        .digests()
                        .containsValue(made.getEncoder().getDigest())
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
