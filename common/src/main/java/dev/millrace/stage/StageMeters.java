package dev.millrace.stage;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Meters of a stage and its lanes; {@code docs/runbook.md} says what to alert on. Safe to share between threads. */
final class StageMeters {
    private final MeterRegistry registry;
    private final String stage;
    private final Map<String, Counter> counters = new ConcurrentHashMap<>();
    private final Map<Integer, LaneNumber> numbers = new ConcurrentHashMap<>();
    private final Map<Stall, Map<Integer, String>> stalls = new EnumMap<>(Stall.class);

    /** Lane to when it last stopped going forward, of those that have not gone on since. */
    private final Map<Integer, Instant> failingSince = new ConcurrentHashMap<>();

    /** Lane to when the first record arrived behind a gap that is still open. */
    private final Map<Integer, Instant> gapSince = new ConcurrentHashMap<>();

    private final AtomicLong inFlight = new AtomicLong();
    private final Timer batchDuration;
    private final DistributionSummary batchSize;

    StageMeters(MeterRegistry registry, String stage, InstantSource clock) {
        this.registry = registry;
        this.stage = stage;
        for (Stall stall : Stall.values()) {
            var lanes = new ConcurrentHashMap<Integer, String>();
            stalls.put(stall, lanes);
            Gauge.builder("millrace.lane.stalled", lanes, Map::size)
                    .description("Lanes that stand until an operator decides")
                    .tag("stage", stage)
                    .tag("reason", stall.name().toLowerCase(Locale.ROOT))
                    .register(registry);
        }
        age("millrace.stage.frontier.age", "How long the lane has gone nowhere that failed first", failingSince, clock);
        age("millrace.lane.gap.age", "How long the oldest gap before a lane's end has been open", gapSince, clock);
        Gauge.builder("millrace.stage.inflight", inFlight, AtomicLong::get)
                .description("Records that were polled and are not done")
                .baseUnit("records")
                .tag("stage", stage)
                .register(registry);
        batchDuration = Timer.builder("millrace.stage.batch.duration")
                .description("From the poll of a batch to its commit")
                .tag("stage", stage)
                .publishPercentileHistogram()
                .register(registry);
        batchSize = DistributionSummary.builder("millrace.stage.batch.size")
                .description("Records of a batch")
                .baseUnit("records")
                .tag("stage", stage)
                .register(registry);
    }

    private void age(String name, String description, Map<Integer, Instant> since, InstantSource clock) {
        Gauge.builder(name, since, lanes -> lanes.values().stream()
                        .mapToDouble(begin ->
                                Duration.between(begin, clock.instant()).toMillis() / 1e3)
                        .max()
                        .orElse(0))
                .description(description)
                .baseUnit("seconds")
                .tag("stage", stage)
                .register(registry);
    }

    /** So many records more are being worked on; fewer if below 0. */
    void inFlight(int records) {
        inFlight.addAndGet(records);
    }

    /** The lane went back to its frontier. */
    void failed(int lane, Instant now) {
        failingSince.putIfAbsent(lane, now);
    }

    /** The lane's frontier moved. */
    void advanced(int lane) {
        failingSince.remove(lane);
    }

    /** A record arrived behind a gap of the lane. */
    void gapOpened(int lane, Instant now) {
        gapSince.putIfAbsent(lane, now);
    }

    void gapClosed(int lane) {
        gapSince.remove(lane);
    }

    /** Records that left the stage. @param outcome value, failed, expired, passed (an earlier stage's failure) */
    void emitted(String outcome) {
        counter("millrace.stage.records", "Records that left the stage", "outcome", outcome)
                .increment();
    }

    void run() {
        counter("millrace.stage.runs", "Calls of the stage's function", "kind", "batch")
                .increment();
    }

    /** The stage went back to its frontier. @param cause simple name of the failure's class */
    void soughtBack(String cause) {
        counter("millrace.stage.seekback", "Times that the stage went back to its frontier", "cause", cause)
                .increment();
    }

    void deadLetter(String code) {
        counter("millrace.stage.dead_letters", "Records copied to the dead-letter topic", "code", code)
                .increment();
    }

    /** @param verdict accepted, repeat, gap, duplicate (a second record of an upload and attempt) or unlinked; a fork is a stall */
    void judged(String verdict) {
        counter("millrace.lane.records", "Records that reached the end of a lane", "verdict", verdict)
                .increment();
    }

    /** @param outcome committed, aborted or unknown */
    void transaction(String outcome) {
        counter("millrace.transactions", "Transactions of the publishing stage", "outcome", outcome)
                .increment();
    }

    void number(int lane, long offset) {
        numbers.computeIfAbsent(lane, key -> {
                    var value = new AtomicLong(-1);
                    var gauge = Gauge.builder("millrace.lane.number", value, AtomicLong::get)
                            .description("Offset of the last upload of the lane that has its result")
                            .tag("lane", Integer.toString(lane))
                            .register(registry);
                    return new LaneNumber(gauge, value);
                })
                .offset()
                .set(offset);
    }

    private record LaneNumber(Gauge gauge, AtomicLong offset) {}

    /** The lane goes to another member, which reports it from now on. */
    void leaves(int lane) {
        goesOn(lane);
        failingSince.remove(lane);
        gapSince.remove(lane);
        var number = numbers.remove(lane);
        if (number != null) {
            registry.remove(number.gauge());
        }
    }

    void batch(int records, Duration duration) {
        batchSize.record(records);
        batchDuration.record(duration);
    }

    void stalled(int lane, Stall stall, String why) {
        lanesStalledBy(stall).put(lane, why);
    }

    void goesOn(int lane) {
        stalls.values().forEach(lanes -> lanes.remove(lane));
    }

    /** Lane to reason, for the health endpoint. */
    Map<Integer, String> stalledLanes() {
        var all = new TreeMap<Integer, String>();
        stalls.forEach((stall, lanes) -> lanes.forEach((lane, why) -> all.put(lane, stall + ": " + why)));
        return all;
    }

    private Map<Integer, String> lanesStalledBy(Stall stall) {
        return Objects.requireNonNull(stalls.get(stall));
    }

    private Counter counter(String name, String description, String tag, String value) {
        return counters.computeIfAbsent(name + value, key -> Counter.builder(name)
                .description(description)
                .tag("stage", stage)
                .tag(tag, value)
                .register(registry));
    }
}
