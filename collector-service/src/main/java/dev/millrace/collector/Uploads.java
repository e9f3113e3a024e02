package dev.millrace.collector;

import dev.millrace.collector.KnownPredictions.Seen;
import dev.millrace.collector.problem.RequestProblem;
import dev.millrace.collector.store.FreshResults;
import dev.millrace.collector.store.RedisStore;
import dev.millrace.collector.store.RedisStore.Patience;
import dev.millrace.collector.store.Reservation;
import dev.millrace.collector.store.Reservation.State;
import dev.millrace.collector.store.Reservations;
import dev.millrace.collector.store.StoreUnavailableException;
import dev.millrace.contract.ErrorCode;
import dev.millrace.contract.v1.PayloadReference;
import dev.millrace.payload.PayloadStoreUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts uploads and answers for them. Thread-safe.
 *
 * <p>An id is reserved before its upload is sent and its acceptance noted after Kafka has it. What a repeat with the same
 * idempotency key and body finds decides its answer:
 *
 * <ul>
 *   <li>a result: that result;
 *   <li>{@code ACCEPTED}: the first answer again. The request is over, only its upload is still on its way, so this is no
 *       conflict: a client that lost the first answer needs exactly this one;
 *   <li>{@code ERASED}: 410, since what it came to is forgotten for good;
 *   <li>{@code SENDING}: 409, since whether there will be an upload is being decided now;
 *   <li>{@code UNCONFIRMED}, or {@code SENDING} for longer than any send takes (its process died): it is sent again. If
 *       the first did land, the postprocessor drops the second: same id, same attempt, same lane.
 * </ul>
 *
 * The collector itself never sends twice. Without Redis each replica knows its own uploads only, and the postprocessor's
 * check is what keeps results single, for as long as its window. Uploads are accepted even so: nearly every first request
 * has a key, and refusing them all would make Redis' outage everybody's, to spare a second result to those few who repeat
 * one after that window.
 */
final class Uploads {
    private static final Logger LOGGER = LoggerFactory.getLogger(Uploads.class);

    private final Reservations reservations;
    private final RedisStore store;
    private final FreshResults fresh;
    private final KnownPredictions predictions;
    private final Payloads payloads;
    private final UploadSender sender;
    private final InstantSource clock;
    private final Retention retention;

    /**
     * How long things last.
     *
     * @param send the longest that a send takes
     * @param result how long a result is kept after its upload's deadline
     * @param reservation how long an id is remembered after that deadline
     */
    record Retention(Duration send, Duration result, Duration reservation) {}

    Uploads(
            Reservations reservations,
            RedisStore store,
            FreshResults fresh,
            KnownPredictions predictions,
            Payloads payloads,
            UploadSender sender,
            InstantSource clock,
            Retention retention) {
        this.reservations = reservations;
        this.store = store;
        this.fresh = fresh;
        this.predictions = predictions;
        this.payloads = payloads;
        this.sender = sender;
        this.clock = clock;
        this.retention = retention;
    }

    /** What is known of an upload. */
    sealed interface Standing {
        /** @param json its latest result */
        record Finished(UUID id, String json) implements Standing {}

        /** Accepted, and what it will come to is known. */
        record Known(Reservation reservation, KnownPredictions.Known outcome, String traceId) implements Standing {}

        /** No result yet. */
        record Running(Reservation reservation) implements Standing {}

        /** Redis cannot be asked, and no result came lately. */
        record Unclear(UUID id) implements Standing {}
    }

    /**
     * Accepts an upload: returns once Kafka has it, or finds that it had it before.
     *
     * @throws RequestProblem if the key is in use, was used for something else or for an upload that was erased, or Kafka
     *     did not acknowledge
     */
    Standing accept(UUID id, Upload upload, RequestTrace trace) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        var key = predictions.key(upload);
        var mine = new Reservation(
                id, State.SENDING, upload.pipeline().name(), upload.digest(), now, now.plus(upload.lifetime()), key);
        var claim = reservations.claim(mine);
        var taken = claim.taken();
        var standing = taken.isPresent() ? standingOfRepeat(taken.get(), mine) : standingOfFirst(upload, mine);
        if (standing.isPresent()) {
            return standing.get();
        }
        // If an earlier record of this upload may be on its way, its result is the one that will be published.
        boolean only = taken.isEmpty() && (claim.certain() || upload.idempotencyKey() == null);
        return send(
                upload,
                only ? predictions.look(upload, key) : predictions.unknown(key),
                mine,
                taken.orElse(null),
                trace);
    }

    /**
     * What is known of an upload.
     *
     * @throws RequestProblem if there is no such upload, its result is no longer kept, or it was erased
     */
    Standing find(UUID id) {
        var recent = fresh.find(id);
        try {
            var reservation = reservations.find(id);
            // First: a result that comes late, or again, changes nothing about that.
            reservation.ifPresent(Uploads::requireNotErased);
            var result = recent.isPresent() ? recent : store.result(id, Patience.LOOKUP);
            if (result.isPresent()) {
                return new Standing.Finished(id, result.get());
            }
            if (reservation.isPresent()) {
                requireKept(reservation.get());
                return new Standing.Running(reservation.get());
            }
        } catch (StoreUnavailableException e) {
            return recent.<Standing>map(json -> new Standing.Finished(id, json)).orElse(new Standing.Unclear(id));
        }
        var forgotten = clock.instant().minus(retention.reservation());
        if (UploadIds.timeOf(id).filter(forgotten::isAfter).isPresent()) {
            throw gone(id);
        }
        throw new RequestProblem(ErrorCode.UNKNOWN_UPLOAD, "id: '%s' (expected: an accepted upload's)".formatted(id));
    }

    /**
     * What to answer a request that has the id to itself; empty if it may send. A key whose reservation is lost may still
     * have its result, and must not get a second one.
     */
    private Optional<Standing> standingOfFirst(Upload upload, Reservation mine) {
        if (upload.idempotencyKey() == null) {
            return Optional.empty();
        }
        var result = resultIfKnown(mine.id(), Patience.ACCEPTING);
        if (result.isPresent()) {
            reservations.release(mine);
        }
        return result.map(json -> new Standing.Finished(mine.id(), json));
    }

    /** What to answer a repeat; empty if it may send, and then {@code mine} is in force. */
    private Optional<Standing> standingOfRepeat(Reservation taken, Reservation mine) {
        if (!taken.digest().equals(mine.digest())) {
            throw new RequestProblem(
                            ErrorCode.IDEMPOTENCY_KEY_REUSED,
                            "The upload first sent with this key differs (expected: the same body, type and parameters).")
                    .about(mine.id());
        }
        requireNotErased(taken);
        var result = resultIfKnown(mine.id(), Patience.ACCEPTING);
        if (result.isPresent()) {
            return Optional.of(new Standing.Finished(mine.id(), result.get()));
        }
        requireKept(taken);
        if (taken.state() == State.ACCEPTED) {
            return Optional.of(new Standing.Running(taken));
        }
        boolean stillSending = taken.state() == State.SENDING
                && mine.acceptedAt().isBefore(taken.acceptedAt().plus(retention.send()));
        if (stillSending || !reservations.replace(taken, mine)) {
            throw new RequestProblem(
                            ErrorCode.IDEMPOTENCY_KEY_IN_USE,
                            "Another request with this key has not been answered yet.")
                    .about(mine.id())
                    .retryAfter(Duration.ofSeconds(1));
        }
        return Optional.empty();
    }

    /** @param replaced the reservation of an earlier send that this one repeats, whose outcome is not known */
    private Standing send(
            Upload upload, Seen seen, Reservation mine, @Nullable Reservation replaced, RequestTrace trace) {
        Optional<PayloadReference> payload;
        try {
            payload = seen.known() == null ? payloads.store(upload, mine) : Optional.empty();
        } catch (PayloadStoreUnavailableException e) {
            LOGGER.atWarn().addKeyValue("cause", e.getMessage()).log("upload's content not stored");
            throw notSent(mine, replaced, ErrorCode.PAYLOAD_STORE_UNAVAILABLE);
        }
        return switch (sender.send(upload, payload.orElse(null), mine, seen, trace)) {
            case UploadSender.Sent.Acknowledged() -> {
                var accepted = mine.with(State.ACCEPTED);
                reservations.settle(mine, accepted);
                LOGGER.atInfo()
                        .addKeyValue("pipeline", mine.pipeline())
                        .addKeyValue("bytes", upload.content().bytes().length)
                        .addKeyValue("known", seen.known() != null)
                        .log("upload accepted");
                yield seen.known() == null
                        ? new Standing.Running(accepted)
                        : new Standing.Known(accepted, seen.known(), trace.traceId());
            }
            case UploadSender.Sent.NotSent(var cause) -> {
                LOGGER.atWarn().addKeyValue("cause", cause.toString()).log("upload not sent");
                // A repeat of the same key, at another replica, may have stored it for an upload of its own.
                if (upload.idempotencyKey() == null) {
                    payload.ifPresent(payloads::forget);
                }
                throw notSent(mine, replaced, ErrorCode.PIPELINE_UNAVAILABLE);
            }
            case UploadSender.Sent.Unknown(var cause) -> {
                reservations.settle(mine, mine.with(State.UNCONFIRMED));
                LOGGER.atWarn().addKeyValue("cause", cause.toString()).log("upload sent, acceptance not confirmed");
                throw unconfirmed(mine.id());
            }
        };
    }

    /** Takes back what says that this upload is being sent. */
    private RequestProblem notSent(Reservation mine, @Nullable Reservation replaced, ErrorCode code) {
        if (replaced != null) {
            reservations.settle(mine, replaced.with(State.UNCONFIRMED));
            return unconfirmed(mine.id());
        }
        reservations.release(mine);
        return new RequestProblem(code, "The upload was not accepted; it can be sent again.")
                .retryAfter(Duration.ofSeconds(2));
    }

    private static RequestProblem unconfirmed(UUID id) {
        return new RequestProblem(
                        ErrorCode.PIPELINE_UNAVAILABLE,
                        "The upload may or may not have been accepted: ask for its status, "
                                + "or send it again with the same Idempotency-Key.")
                .about(id)
                .retryAfter(Duration.ofSeconds(2));
    }

    private void requireKept(Reservation reservation) {
        if (clock.instant().isAfter(reservation.deadline().plus(retention.result()))) {
            throw gone(reservation.id());
        }
    }

    private static void requireNotErased(Reservation reservation) {
        if (reservation.state() == State.ERASED) {
            throw new RequestProblem(
                            ErrorCode.UPLOAD_ERASED,
                            "id: '%s' (expected: one that was not erased)".formatted(reservation.id()))
                    .about(reservation.id());
        }
    }

    private RequestProblem gone(UUID id) {
        return new RequestProblem(
                        ErrorCode.UPLOAD_GONE,
                        "id: '%s' (expected: one whose deadline passed less than %d h ago)"
                                .formatted(id, retention.result().toHours()))
                .about(id);
    }

    private Optional<String> result(UUID id, Patience patience) throws StoreUnavailableException {
        var recent = fresh.find(id);
        return recent.isPresent() ? recent : store.result(id, patience);
    }

    /** The result, if there is one and it can be asked for. */
    Optional<String> resultIfKnown(UUID id, Patience patience) {
        try {
            return result(id, patience);
        } catch (StoreUnavailableException e) {
            return Optional.empty();
        }
    }
}
