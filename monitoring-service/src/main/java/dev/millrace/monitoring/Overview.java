package dev.millrace.monitoring;

import dev.millrace.drift.window.DriftReport;
import dev.millrace.monitoring.flow.BadRecord;
import dev.millrace.monitoring.flow.Latency;
import dev.millrace.monitoring.flow.RecentResult;
import dev.millrace.monitoring.flow.StageFlow;
import dev.millrace.monitoring.lane.LaneLook;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What the page shows.
 *
 * @param at the service's time
 * @param stages in the order of the way
 * @param drift the last window of each model version
 * @param withoutFigures model versions without drift figures, and why
 */
record Overview(
        Instant at,
        List<StageFlow> stages,
        Latency endToEnd,
        LaneLook lanes,
        List<RecentResult> results,
        List<BadRecord> badRecords,
        List<DriftReport> drift,
        Map<String, String> withoutFigures) {}
