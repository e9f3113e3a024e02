package dev.millrace.ledger.audit;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the client knows of one upload. Times are nanoseconds since the begin of the run.
 *
 * @param number of the upload in the run, from 0
 * @param traceId of the upload's own trace, 32 hex digits, by which a result can be told even if no answer came
 * @param key what must stay in order, if anything
 * @param order number of the upload among those of its key, from 0
 * @param text which text it carried; equal texts must get equal scores
 * @param intendedAt when it was to be sent
 * @param sentAt when its first request was begun
 * @param settledAt when the answer was there, or the client gave up
 * @param id the upload's id, once accepted
 * @param status the last HTTP status, 0 if none came
 * @param tries requests that were made
 */
public record JournalEntry(
        int number,
        String traceId,
        @Nullable String key,
        int order,
        int text,
        long intendedAt,
        long sentAt,
        long settledAt,
        Fate fate,
        @Nullable UUID id,
        int status,
        int tries) {

    /** What the client was told. */
    public enum Fate {
        /** It was told that the upload is safe. */
        ACCEPTED,
        /** It was told nothing, or that it is not known: there may be one result or none. */
        UNKNOWN,
        /** It was told that the upload will never be taken. */
        REFUSED
    }

    public JournalEntry {
        if ((fate == Fate.ACCEPTED) != (id != null)) {
            throw new IllegalArgumentException("id: %s (expected: one exactly if accepted)".formatted(id));
        }
    }

    /** Whether it was accepted before {@code other} was first sent, so that the two have an order. */
    boolean precedes(JournalEntry other) {
        return fate == Fate.ACCEPTED && settledAt < other.sentAt;
    }
}
