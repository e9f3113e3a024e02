package dev.millrace.ledger.agent;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What is to happen at a point.
 *
 * @param percent of the calls that it happens to, 1 to 100
 * @param seed decides which those are
 */
public record Order(Deed deed, int percent, long seed) {
    /** Ends the process as {@code kill -9} does, once. */
    public static final Order HALT = new Order(Deed.HALT, 100, 0);
    /** Lets the thread that comes there wait until the process can be stopped, once. */
    public static final Order HOLD = new Order(Deed.HOLD, 100, 0);

    /** One way of doing harm. */
    public enum Deed {
        HALT,
        HOLD,
        /** The call throws, or its future fails. */
        FAIL,
        /** A send is dropped, and fails. */
        LOSE;

        boolean isDoneOnce() {
            return this == HALT || this == HOLD;
        }
    }

    String format() {
        return "%s %d %d".formatted(deed.name().toLowerCase(Locale.ROOT), percent, seed);
    }

    /** What {@link #format} wrote; null if it is not there whole yet. */
    static @Nullable Order parse(String text) {
        String[] parts = text.split(" ", -1);
        return parts.length == 3
                ? new Order(
                        Deed.valueOf(parts[0].toUpperCase(Locale.ROOT)),
                        Integer.parseInt(parts[1]),
                        Long.parseLong(parts[2]))
                : null;
    }
}
