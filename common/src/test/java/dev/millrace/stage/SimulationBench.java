package dev.millrace.stage;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the walks of one thread share: the stages' meters, and how often what happened. */
final class SimulationBench {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final List<StageMeters> meters = new ArrayList<>();
    private final Map<String, Long> events = new TreeMap<>();

    SimulationBench() {
        for (String stage : SimulationWalk.STAGES) {
            for (int member = 0; member < SimulationWalk.MEMBERS; member++) {
                meters.add(new StageMeters(registry, stage, () -> TestRecords.NOW));
            }
        }
    }

    /** Those of a process that has just started. */
    StageMeters meters(int slot) {
        for (int lane = 0; lane < SimulationWalk.MOST_LANES; lane++) {
            meters.get(slot).leaves(lane);
        }
        return meters.get(slot);
    }

    void count(String event) {
        events.merge(event, 1L, Long::sum);
    }

    /** Adds to {@code sums} how often what happened, as the walks and the stages' own meters say. */
    void addTo(Map<String, Long> sums) {
        events.forEach((event, count) -> sums.merge(event, count, Long::sum));
        for (var counter : registry.find("millrace.lane.records").counters()) {
            add(sums, "records judged " + counter.getId().getTag("verdict"), counter);
        }
        for (var counter : registry.find("millrace.stage.dead_letters").counters()) {
            add(sums, "dead letters " + counter.getId().getTag("code"), counter);
        }
        for (var counter : registry.find("millrace.stage.seekback").counters()) {
            add(sums, "went back: " + counter.getId().getTag("cause"), counter);
        }
        for (var counter : registry.find("millrace.transactions").counters()) {
            add(sums, "transactions " + counter.getId().getTag("outcome"), counter);
        }
    }

    private static void add(Map<String, Long> sums, String event, Counter counter) {
        sums.merge(event, (long) counter.count(), Long::sum);
    }
}
