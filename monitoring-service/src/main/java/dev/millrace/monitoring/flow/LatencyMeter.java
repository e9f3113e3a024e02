package dev.millrace.monitoring.flow;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;

/** A timer with buckets for Prometheus and percentiles of the last minute for people. Safe to share between threads. */
final class LatencyMeter {
    private static final Duration MEMORY = Duration.ofMinutes(1);
    /** The timer forgets in three steps; from the second on, what it says of the last minute may be nothing, as 0. */
    private static final Duration CERTAIN = MEMORY.multipliedBy(2).dividedBy(3);

    private static final double MEDIAN = 0.5;
    private static final double TAIL = 0.99;
    private static final Duration[] BUCKETS = {
        Duration.ofMillis(1), Duration.ofMillis(2), Duration.ofMillis(5),
        Duration.ofMillis(10), Duration.ofMillis(20), Duration.ofMillis(50),
        Duration.ofMillis(100), Duration.ofMillis(200), Duration.ofMillis(500),
        Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(5),
        Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofMinutes(1),
        Duration.ofMinutes(10)
    };

    private final InstantSource clock;
    private final Timer timer;
    private volatile Instant last = Instant.MIN;

    LatencyMeter(MeterRegistry registry, InstantSource clock, String name, String description, Tags tags) {
        this.clock = clock;
        this.timer = Timer.builder(name)
                .description(description)
                .tags(tags)
                .serviceLevelObjectives(BUCKETS)
                .publishPercentiles(MEDIAN, TAIL)
                .distributionStatisticExpiry(MEMORY)
                .register(registry);
    }

    /** Records one duration. One below nothing, from two machines' clocks, counts as none. */
    void record(Instant from, Instant to) {
        timer.record(to.isBefore(from) ? Duration.ZERO : Duration.between(from, to));
        var now = clock.instant();
        var ended = to.isBefore(now) ? to : now;
        if (ended.isAfter(last)) {
            last = ended;
        }
    }

    /** Of the last minute; none while only what ended before is read, as after a stop of this service. */
    Latency latency() {
        if (last.isBefore(clock.instant().minus(CERTAIN))) {
            return new Latency(null, null);
        }
        Double p50 = null;
        Double p99 = null;
        for (var value : timer.takeSnapshot().percentileValues()) {
            if (value.percentile() == MEDIAN) {
                p50 = value.value(TimeUnit.MILLISECONDS);
            } else {
                p99 = value.value(TimeUnit.MILLISECONDS);
            }
        }
        return new Latency(p50, p99);
    }
}
