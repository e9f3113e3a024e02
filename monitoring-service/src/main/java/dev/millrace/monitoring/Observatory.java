package dev.millrace.monitoring;

import dev.millrace.drift.window.DriftReport;
import dev.millrace.monitoring.drift.DriftWatch;
import dev.millrace.monitoring.flow.Flow;
import dev.millrace.monitoring.lane.LaneWatch;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import org.springframework.stereotype.Component;

/** Puts together what the watches know. Safe to share between threads. */
@Component
public class Observatory {
    private final Flow flow;
    private final LaneWatch lanes;
    private final DriftWatch drift;
    private final InstantSource clock;

    Observatory(Flow flow, LaneWatch lanes, DriftWatch drift, InstantSource clock) {
        this.flow = flow;
        this.lanes = lanes;
        this.drift = drift;
        this.clock = clock;
    }

    /** As of now. */
    public Overview overview() {
        Instant driftUntil = drift.last().stream()
                .map(DriftReport::end)
                .max(Comparator.naturalOrder())
                .orElse(null);
        return new Overview(
                clock.instant(),
                flow.stages(),
                flow.endToEnd(),
                lanes.look(),
                flow.models(),
                flow.recentResults(),
                flow.badRecords(),
                drift.alerts(),
                driftUntil);
    }
}
