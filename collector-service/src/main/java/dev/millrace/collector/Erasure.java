package dev.millrace.collector;

import dev.millrace.cache.CacheKey;
import dev.millrace.cache.Erasures;
import dev.millrace.cache.PredictionCodec;
import dev.millrace.collector.Uploads.Standing;
import dev.millrace.collector.problem.RequestProblem;
import dev.millrace.collector.store.RedisStore;
import dev.millrace.collector.store.Reservation;
import dev.millrace.collector.store.Reservation.State;
import dev.millrace.collector.store.Reservations;
import dev.millrace.collector.store.StoreUnavailableException;
import dev.millrace.contract.ErrorCode;
import dev.millrace.contract.StoreKeys;
import dev.millrace.payload.PayloadStore;
import dev.millrace.payload.PayloadStoreUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Forgets uploads: result, stored content, and what is kept of the content alone (prediction and embedding), in Redis and
 * in every replica's memory. The reservation stays, and says so to whoever asks or posts again. Thread-safe.
 *
 * <p>Kafka's topics keep their records for as long as they are set to.
 */
final class Erasure {
    private static final Logger LOGGER = LoggerFactory.getLogger(Erasure.class);

    private final Uploads uploads;
    private final Reservations reservations;
    private final RedisStore store;
    private final KnownPredictions predictions;
    private final PayloadStore payloads;
    private final Erasures replica;

    Erasure(
            Uploads uploads,
            Reservations reservations,
            RedisStore store,
            KnownPredictions predictions,
            PayloadStore payloads,
            Erasures replica) {
        this.uploads = uploads;
        this.reservations = reservations;
        this.store = store;
        this.predictions = predictions;
        this.payloads = payloads;
        this.replica = replica;
    }

    /**
     * Erases an upload that has its result. One that was erased before is erased again, in case the first time was cut
     * off.
     *
     * @throws RequestProblem if there is no such upload, it has no result yet, or Redis or the store of contents cannot be
     *     told; then all or some of it may still be there, and it can be tried again
     */
    void erase(UUID id) {
        try {
            boolean again = reservations
                    .find(id)
                    .filter(reservation -> reservation.state() == State.ERASED)
                    .isPresent();
            if (!again) {
                requireStored(id);
            }
            // Noted first, so that one that is cut off here can be gone on with.
            var key = reservations.erase(id).map(Reservation::contentKey);
            payloads.delete(StoreKeys.payload(id));
            var first = new ArrayList<>(List.of(StoreKeys.result(id)));
            if (key.isPresent()) {
                embedding(key.get()).ifPresent(first::add);
            }
            erase(first);
            if (key.isPresent()) {
                // Last: it names the embedding.
                erase(List.of(PredictionCodec.PREFIX + key.get()));
            }
            LOGGER.atInfo().addKeyValue("upload.id", id).log("upload erased");
        } catch (StoreUnavailableException | PayloadStoreUnavailableException e) {
            throw notErased(id, String.valueOf(e.getMessage()));
        }
    }

    private void erase(List<String> keys) throws StoreUnavailableException {
        store.erase(keys);
        keys.forEach(replica::forget);
    }

    /** The key in Redis of the embedding that a prediction was made of, if that is known. */
    private Optional<String> embedding(CacheKey key) throws StoreUnavailableException {
        return predictions
                .open(key, store.cached(PredictionCodec.PREFIX + key))
                .map(prediction -> prediction.getEmbeddingKey().toByteArray())
                .filter(bytes -> bytes.length == CacheKey.LENGTH)
                .map(bytes -> StoreKeys.EMBEDDINGS + CacheKey.of(bytes));
    }

    /** What is not in Redis yet would be written there after it was erased. */
    private void requireStored(UUID id) throws StoreUnavailableException {
        if (store.result(id, RedisStore.Patience.LOOKUP).isPresent()) {
            return;
        }
        // Says so if there is no such upload, or no more.
        if (uploads.find(id) instanceof Standing.Unclear) {
            throw notErased(id, "Redis went away meanwhile");
        }
        throw new RequestProblem(
                        ErrorCode.UPLOAD_UNFINISHED, "id: '%s' (expected: one whose result is stored)".formatted(id))
                .about(id)
                .retryAfter(Duration.ofSeconds(1));
    }

    private static RequestProblem notErased(UUID id, String cause) {
        LOGGER.atWarn().addKeyValue("upload.id", id).addKeyValue("cause", cause).log("upload not erased");
        return new RequestProblem(
                        ErrorCode.STORE_UNAVAILABLE,
                        "The upload is not erased, or only in part; it can be erased again.")
                .about(id)
                .retryAfter(Duration.ofSeconds(1));
    }
}
