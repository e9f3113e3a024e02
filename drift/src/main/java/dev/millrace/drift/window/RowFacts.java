package dev.millrace.drift.window;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * What a row tells of its data besides its values.
 *
 * @param kind of record that it came by; shares are taken of the rows of one kind
 * @param faults seen in the row itself
 * @param complete whether it should have every series of the profile but the score
 * @param fingerprint the same for the same content, 0 if unknown
 * @param bodyLength of the text as it came, in UTF-16 units, negative if unknown
 * @param contentLength bytes, negative if unknown
 */
public record RowFacts(
        Kind kind, Set<Fault> faults, boolean complete, long fingerprint, int bodyLength, int contentLength) {

    /** Which record a row came by. */
    public enum Kind {
        INPUT,
        PREDICTION
    }

    public RowFacts {
        faults = faults.isEmpty() ? Set.of() : Collections.unmodifiableSet(EnumSet.copyOf(faults));
    }

    /** The same row with one more fault. */
    public RowFacts with(Fault fault) {
        var more = EnumSet.of(fault);
        more.addAll(faults);
        return new RowFacts(kind, more, complete, fingerprint, bodyLength, contentLength);
    }

    /** A row of which nothing is known but its values. */
    public static RowFacts none(Kind kind) {
        return new RowFacts(kind, Set.of(), false, 0, -1, -1);
    }

    /** A row that is nothing but one fault. */
    public static RowFacts of(Kind kind, Fault fault) {
        return new RowFacts(kind, Set.of(fault), false, 0, -1, -1);
    }
}
