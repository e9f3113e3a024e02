package dev.millrace.monitoring.lane;

import dev.millrace.monitoring.lane.LaneStatus.State;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.SmartLifecycle;

/**
 * Looks at the lanes at an interval and keeps what it saw for meters, health and the page. Health is down while Kafka
 * does not answer; a stalled lane is reported there but does not bring it down, for this service is well. Safe to share
 * between threads.
 */
public final class LaneWatch implements SmartLifecycle, HealthIndicator {
    private static final Logger LOGGER = LoggerFactory.getLogger(LaneWatch.class);

    private final Supplier<LaneReader> readers;
    private final LaneProperties properties;
    private final MeterRegistry registry;
    private final InstantSource clock;
    private final LaneJudge judge;
    private final Set<Integer> registered = new HashSet<>();
    private volatile LaneLook look = LaneLook.NONE;
    private @Nullable LaneReader reader;
    private @Nullable ScheduledExecutorService executor;

    /** @param readers makes the reader, which this closes */
    LaneWatch(Supplier<LaneReader> readers, LaneProperties properties, MeterRegistry registry, InstantSource clock) {
        this.readers = readers;
        this.properties = properties;
        this.registry = registry;
        this.clock = clock;
        this.judge = new LaneJudge(properties.stalledAfter());
    }

    /** What was seen last. */
    public LaneLook look() {
        return look;
    }

    @Override
    public Health health() {
        var last = look;
        var health = isFresh(last) ? Health.up() : Health.down();
        if (last.problem() != null) {
            health.withDetail("kafka", last.problem());
        }
        return health.withDetail("lanes", last.lanes().size())
                .withDetail("stalled", lanesOf(last, State.STALLED))
                .withDetail("foreign", lanesOf(last, State.FOREIGN))
                .build();
    }

    @Override
    public synchronized void start() {
        if (executor == null) {
            executor = Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("lane-watch").factory());
            executor.scheduleWithFixedDelay(
                    this::lookAgain, 0, properties.interval().toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public synchronized void stop() {
        if (executor == null) {
            return;
        }
        var running = executor;
        executor = null;
        running.shutdownNow();
        try {
            if (!running.awaitTermination(properties.timeout().toMillis(), TimeUnit.MILLISECONDS)) {
                LOGGER.warn("lane watch still busy");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        closeReader();
    }

    @Override
    public synchronized boolean isRunning() {
        return executor != null;
    }

    private void lookAgain() {
        try {
            if (reader == null) {
                reader = readers.get();
            }
            Instant now = clock.instant();
            var lanes = reader.read().stream()
                    .map(reading -> judge.judge(reading, now))
                    .toList();
            lanes.forEach(lane -> register(lane.lane()));
            report(look.lanes(), lanes);
            look = new LaneLook(lanes, now, null);
        } catch (InterruptedException | InterruptException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            failed(e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException | KafkaException e) {
            failed(e);
        } catch (RuntimeException e) {
            // Thrown on, it would end the schedule without a word.
            LOGGER.atError().setCause(e).log("look at the lanes failed");
            failed(e);
        }
    }

    private void failed(Throwable cause) {
        String message = cause.getMessage();
        String problem = message == null || message.isBlank() ? cause.getClass().getSimpleName() : message;
        if (!problem.equals(look.problem())) {
            LOGGER.atWarn().addKeyValue("reason", problem).log("lanes not seen");
        }
        look = new LaneLook(look.lanes(), look.at(), problem);
    }

    private static void report(List<LaneStatus> before, List<LaneStatus> after) {
        for (var lane : after) {
            var last = lane.lane() < before.size() ? before.get(lane.lane()).state() : State.IDLE;
            if (last == lane.state()) {
                continue;
            }
            if (lane.state() == State.STALLED || lane.state() == State.FOREIGN) {
                LOGGER.atError()
                        .addKeyValue("lane", lane.lane())
                        .addKeyValue("behind", lane.behind())
                        .addKeyValue("state", lane.state())
                        .log("lane stands");
            } else if (last == State.STALLED || last == State.FOREIGN) {
                LOGGER.atInfo().addKeyValue("lane", lane.lane()).log("lane moves again");
            }
        }
    }

    private void register(int lane) {
        if (!registered.add(lane)) {
            return;
        }
        gauge(lane, "millrace.lane.behind", "uploads", "Uploads without a result", LaneStatus::behind);
        gauge(
                lane,
                "millrace.lane.oldest.age",
                "seconds",
                "Age of the oldest upload without a result; 0 if there is none",
                this::oldestAge);
        gauge(
                lane,
                "millrace.lane.standing",
                "",
                "1 if uploads wait and no result comes, or the topic was made again; else 0",
                status -> status.state() == State.STALLED || status.state() == State.FOREIGN ? 1 : 0);
    }

    private void gauge(int lane, String name, String unit, String description, ToDoubleFunction<LaneStatus> figure) {
        Gauge.builder(name, this, watch -> watch.figure(lane, figure))
                .description(description)
                .baseUnit(unit.isEmpty() ? null : unit)
                .tag("lane", Integer.toString(lane))
                .register(registry);
    }

    /** NaN if the lane has not been seen lately: an old figure would look like a good one. */
    private double figure(int lane, ToDoubleFunction<LaneStatus> figure) {
        var last = look;
        return isFresh(last) && lane < last.lanes().size()
                ? figure.applyAsDouble(last.lanes().get(lane))
                : Double.NaN;
    }

    private double oldestAge(LaneStatus status) {
        var oldest = status.oldestAcceptedAt();
        return oldest == null
                ? 0
                : Math.max(0, Duration.between(oldest, clock.instant()).toMillis() / 1000.0);
    }

    private boolean isFresh(LaneLook last) {
        var limit = properties.interval().multipliedBy(3).plus(properties.timeout());
        return last.at() != null && !last.at().isBefore(clock.instant().minus(limit));
    }

    private static List<Integer> lanesOf(LaneLook look, State state) {
        return look.lanes().stream()
                .filter(lane -> lane.state() == state)
                .map(LaneStatus::lane)
                .toList();
    }

    private void closeReader() {
        if (reader != null) {
            reader.close();
            reader = null;
        }
    }
}
