package dev.millrace.contract;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What the body of a record on an inner topic is. */
public enum OutcomeKind {
    /** The event that the topic is named for. */
    VALUE,
    /** An {@code OutcomeKnown}: what collector knew from an earlier upload. Passes the stages up to postprocessor untouched. */
    KNOWN,
    /** An {@code OutcomeFailed}. */
    FAILED,
    /** An {@code OutcomeExpired}. */
    EXPIRED;

    private final String header = name().toLowerCase(Locale.ROOT);

    /** The text of the header {@link Headers#OUTCOME}. */
    public String header() {
        return header;
    }

    /**
     * Reads the header's text; absent means {@link #VALUE}.
     *
     * @throws IllegalArgumentException if it is none of the known ones
     */
    public static OutcomeKind of(@Nullable String header) {
        if (header == null) {
            return VALUE;
        }
        for (var kind : values()) {
            if (kind.header().equals(header)) {
                return kind;
            }
        }
        throw new IllegalArgumentException(
                "%s: '%s' (expected: value, known, failed or expired)".formatted(Headers.OUTCOME, header));
    }
}
