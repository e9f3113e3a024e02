package dev.millrace.monitoring.lane;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One look at the lanes.
 *
 * @param lanes every lane, by number
 * @param at when they were seen, or null if never
 * @param problem why they were not seen again since, or null if they were
 */
public record LaneLook(
        List<LaneStatus> lanes,
        @Nullable Instant at,
        @Nullable String problem) {
    static final LaneLook NONE = new LaneLook(List.of(), null, null);

    public LaneLook {
        lanes = List.copyOf(lanes);
    }
}
