package dev.millrace.monitoring.lane;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where a lane stands.
 *
 * @param lane its number, from 0
 * @param end offset that the next upload will get
 * @param number offset of the upload whose result was published last, or null if the lane never had a result
 * @param behind uploads without a result, 0 or more
 * @param oldestAcceptedAt when the oldest of them was accepted, or null if there is none
 */
public record LaneStatus(
        int lane,
        State state,
        long end,
        @Nullable Long number,
        long behind,
        @Nullable Instant oldestAcceptedAt) {

    /** What the figures say. */
    public enum State {
        /** Every upload has its result. */
        IDLE,
        /** Uploads wait and results come. */
        MOVING,
        /** Uploads wait longer than they should and no result comes. */
        STALLED,
        /** The last result is of an upload of another incarnation of the topic. */
        FOREIGN
    }
}
