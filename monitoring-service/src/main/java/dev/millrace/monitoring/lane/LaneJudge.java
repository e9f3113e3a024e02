package dev.millrace.monitoring.lane;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Tells a lane that is slow from one that stands: it remembers when each lane last got a result. Not thread-safe. */
final class LaneJudge {
    private final Duration stalledAfter;
    private final Map<Integer, Progress> progress = new HashMap<>();

    /** @param since when the number was first seen to be this */
    private record Progress(@Nullable Long number, Instant since) {}

    LaneJudge(Duration stalledAfter) {
        this.stalledAfter = stalledAfter;
    }

    LaneStatus judge(LaneReading reading, Instant now) {
        var last = progress.get(reading.lane());
        if (last == null || !Objects.equals(last.number(), reading.number())) {
            last = new Progress(reading.number(), now);
            progress.put(reading.lane(), last);
        }
        return new LaneStatus(
                reading.lane(),
                state(reading, last.since(), now),
                reading.end(),
                reading.number(),
                reading.behind(),
                reading.oldestAcceptedAt());
    }

    private LaneStatus.State state(LaneReading reading, Instant since, Instant now) {
        var oldest = reading.oldestAcceptedAt();
        if (oldest == null) {
            return LaneStatus.State.IDLE;
        }
        if (reading.foreign()) {
            return LaneStatus.State.FOREIGN;
        }
        var limit = now.minus(stalledAfter);
        return oldest.isBefore(limit) && since.isBefore(limit) ? LaneStatus.State.STALLED : LaneStatus.State.MOVING;
    }
}
