package dev.millrace.monitoring;

import dev.millrace.monitoring.drift.DriftDetected;
import dev.millrace.monitoring.flow.BadRecord;
import dev.millrace.monitoring.flow.Latency;
import dev.millrace.monitoring.flow.ModelShare;
import dev.millrace.monitoring.flow.RecentResult;
import dev.millrace.monitoring.flow.StageFlow;
import dev.millrace.monitoring.lane.LaneLook;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the page shows of this moment.
 *
 * @param at the service's time
 * @param stages in the order of the way
 * @param models versions that answer, the one with the most traffic first
 * @param alerts the last of each model version, open or resolved
 * @param driftUntil end of the last window that was judged, or null if none was; a later one means new reports
 */
public record Overview(
        Instant at,
        List<StageFlow> stages,
        Latency endToEnd,
        LaneLook lanes,
        List<ModelShare> models,
        List<RecentResult> results,
        List<BadRecord> badRecords,
        Collection<DriftDetected> alerts,
        @Nullable Instant driftUntil) {}
