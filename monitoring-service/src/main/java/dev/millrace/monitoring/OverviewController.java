package dev.millrace.monitoring;

import dev.millrace.monitoring.drift.DriftWatch;
import dev.millrace.monitoring.flow.Flow;
import dev.millrace.monitoring.lane.LaneWatch;
import java.time.InstantSource;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Answers what the page polls. */
@RestController
class OverviewController {
    private final Flow flow;
    private final LaneWatch lanes;
    private final DriftWatch drift;
    private final InstantSource clock;

    OverviewController(Flow flow, LaneWatch lanes, DriftWatch drift, InstantSource clock) {
        this.flow = flow;
        this.lanes = lanes;
        this.drift = drift;
        this.clock = clock;
    }

    @GetMapping("/api/overview")
    ResponseEntity<Overview> overview() {
        var overview = new Overview(
                clock.instant(),
                flow.stages(),
                flow.endToEnd(),
                lanes.look(),
                flow.recentResults(),
                flow.badRecords(),
                drift.last(),
                drift.withoutFigures());
        return ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(overview);
    }
}
