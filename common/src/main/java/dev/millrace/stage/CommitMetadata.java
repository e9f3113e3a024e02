package dev.millrace.stage;

import dev.millrace.contract.Headers;
import dev.millrace.contract.Origin;
import org.jspecify.annotations.Nullable;

/**
 * What a stage keeps in the metadata of its commits, so that it travels with the offset atomically.
 *
 * @param last origin of the last record behind the commit; null if there is none yet
 * @param tail origin of the last record published on the lane, which lies behind {@code last} where a repeat of an
 *     upload was dropped; null if there is none yet. Only the publishing stage uses it
 * @param tries how often work began at this offset that has not come back, as far as is known; 0 or more. Only inner
 *     stages use it
 */
record CommitMetadata(@Nullable Origin last, @Nullable Origin tail, int tries) {
    private static final String VERSION = "1";

    String format() {
        return VERSION + ';' + LaneLink.text(last) + ';' + LaneLink.text(tail) + ';' + tries;
    }

    /** What {@link #format} wrote, or null if the text is another's: empty after the offsets were set by a tool. */
    static @Nullable CommitMetadata parse(@Nullable String text) {
        String[] parts = text == null ? new String[0] : text.split(";", -1);
        if (parts.length != 4 || !parts[0].equals(VERSION)) {
            return null;
        }
        try {
            return new CommitMetadata(origin(parts[1]), origin(parts[2]), Integer.parseUnsignedInt(parts[3]));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static @Nullable Origin origin(String text) {
        return text.equals(Headers.NO_PREDECESSOR) ? null : Origin.parse(text);
    }
}
