package dev.millrace.collector.store;

import static java.util.Objects.requireNonNull;

import dev.millrace.cache.CacheKey;
import java.io.StringWriter;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An upload id that is taken, by what, and how far its acceptance got. Kept in Redis as
 * {@code collector:upload:v1:<id>}; it outlives the upload's result.
 *
 * @param digest SHA-256 of the content and of all else that decides the result, lower-case hex
 * @param acceptedAt when the upload came in, milliseconds exact
 * @param deadline when it is of no more use, milliseconds exact
 * @param contentKey of the prediction that is kept for its content; null if it is not known any more
 */
public record Reservation(
        UUID id,
        State state,
        String pipeline,
        String digest,
        Instant acceptedAt,
        Instant deadline,
        @Nullable CacheKey contentKey) {
    private static final JsonFactory FACTORY = new JsonFactory();
    private static final JsonMapper MAPPER = JsonMapper.shared();

    public Reservation {
        requireNonNull(id, "id");
        requireNonNull(state, "state");
        requireNonNull(pipeline, "pipeline");
        if (!digest.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("digest: '%s' (expected: 64 hex digits)".formatted(digest));
        }
        if (!deadline.isAfter(acceptedAt)) {
            throw new IllegalArgumentException("deadline: %s (expected: after %s)".formatted(deadline, acceptedAt));
        }
    }

    /** How far an acceptance got. */
    public enum State {
        /** A request is sending it to Kafka, or its process died while it did. */
        SENDING,
        /** Kafka has it: exactly one result will come. */
        ACCEPTED,
        /** Kafka did not say whether it has it. */
        UNCONFIRMED,
        /** It had its result, and somebody wanted it forgotten. */
        ERASED
    }

    public Reservation with(State next) {
        return new Reservation(id, next, pipeline, digest, acceptedAt, deadline, contentKey);
    }

    /** Whether this tells more of the same upload than the other: what Kafka has, nothing takes back. */
    boolean outranks(Reservation other) {
        if (!digest.equals(other.digest) || other.state == State.ERASED) {
            return false;
        }
        if (state == State.ERASED) {
            return true;
        }
        if (other.state == State.ACCEPTED) {
            return false;
        }
        return state == State.ACCEPTED
                || (state == State.UNCONFIRMED && other.state == State.SENDING && acceptedAt.equals(other.acceptedAt));
    }

    /** The form in Redis: the same text for equal reservations, so that it can be compared there. */
    String format() {
        var text = new StringWriter();
        try (var json = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            // Versions that know of no erasing must not take it for unreadable, and free.
            json.writeStringProperty("state", (state == State.ERASED ? State.ACCEPTED : state).name());
            json.writeStringProperty("pipeline", pipeline);
            json.writeStringProperty("digest", digest);
            json.writeNumberProperty("acceptedAt", acceptedAt.toEpochMilli());
            json.writeNumberProperty("deadline", deadline.toEpochMilli());
            if (contentKey != null) {
                json.writeStringProperty("contentKey", contentKey.toString());
            }
            if (state == State.ERASED) {
                json.writeBooleanProperty("erased", true);
            }
            json.writeEndObject();
        }
        return text.toString();
    }

    /**
     * Reads what {@link #format} writes.
     *
     * @throws IllegalArgumentException if the text is anything else
     */
    static Reservation parse(UUID id, String text) {
        try {
            JsonNode json = MAPPER.readTree(text);
            return new Reservation(
                    id,
                    json.path("erased").asBoolean(false)
                            ? State.ERASED
                            : State.valueOf(json.required("state").asString()),
                    json.required("pipeline").asString(),
                    json.required("digest").asString(),
                    Instant.ofEpochMilli(json.required("acceptedAt").asLong()),
                    Instant.ofEpochMilli(json.required("deadline").asLong()),
                    json.hasNonNull("contentKey")
                            ? CacheKey.parse(json.path("contentKey").asString())
                            : null);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("reservation of %s cannot be read".formatted(id), e);
        }
    }
}
