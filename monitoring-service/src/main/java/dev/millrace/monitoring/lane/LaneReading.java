package dev.millrace.monitoring.lane;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the topics say of a lane.
 *
 * @param lane its number, from 0
 * @param end offset that the next upload will get
 * @param number offset of the upload whose result was published last, or null if the lane never had a result
 * @param foreign whether that upload is of another incarnation of the topic
 * @param behind uploads without a result, 0 or more
 * @param oldestAcceptedAt when the oldest of them was accepted, or null if there is none
 */
record LaneReading(
        int lane,
        long end,
        @Nullable Long number,
        boolean foreign,
        long behind,
        @Nullable Instant oldestAcceptedAt) {}
