package dev.millrace.redis;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.circuitbreaker.event.CircuitBreakerOnStateTransitionEvent;
import io.github.resilience4j.micrometer.tagged.TaggedCircuitBreakerMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes {@link RedisGuard}s, each with a circuit breaker of its own: what is too slow for one purpose is not for another.
 *
 * <p>A breaker opens when half of the current second's commands failed, two at the least: one slow answer stops nothing,
 * a Redis that is gone is noticed within a second under load, and where commands are rarer than that each may as well
 * try. Once it is open, one command tries after each pause, and the first that succeeds closes it. Thread-safe.
 */
public final class RedisGuards implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(RedisGuards.class);
    private static final int WINDOW_SECONDS = 1;
    private static final int FEWEST_COMMANDS = 2;
    private static final float FAILED_PERCENT = 50;

    private final CircuitBreakerRegistry breakers;
    private final ExecutorService executor;

    /** @param pause how long Redis is left alone once it failed, before one command tries again */
    public RedisGuards(Duration pause, MeterRegistry meters) {
        this(pause, meters, Clock.systemUTC());
    }

    RedisGuards(Duration pause, MeterRegistry meters, Clock clock) {
        breakers = CircuitBreakerRegistry.of(CircuitBreakerConfig.custom()
                .slidingWindow(WINDOW_SECONDS, FEWEST_COMMANDS, SlidingWindowType.TIME_BASED)
                .failureRateThreshold(FAILED_PERCENT)
                .waitDurationInOpenState(pause)
                .permittedNumberOfCallsInHalfOpenState(1)
                // Or a trial that never says how it ended would stop all others for good.
                .maxWaitDurationInHalfOpenState(pause)
                .writableStackTraceEnabled(false)
                .clock(clock)
                .build());
        TaggedCircuitBreakerMetrics.ofCircuitBreakerRegistry(breakers).bindTo(meters);
        executor = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("redis-", 0).factory());
    }

    /**
     * A guard for one purpose.
     *
     * @param purpose names its breaker in meters, health and the log; letters and dashes
     * @param timeout of each command
     */
    public RedisGuard guard(String purpose, Duration timeout) {
        return new RedisGuard(breaker(purpose), executor, timeout);
    }

    /** The breaker alone, for a purpose that bounds the time of its commands itself. */
    public CircuitBreaker breaker(String purpose) {
        var breaker = breakers.circuitBreaker(purpose);
        breaker.getEventPublisher().onStateTransition(RedisGuards::log);
        return breaker;
    }

    /** Each purpose and the state of its breaker: {@code CLOSED}, {@code OPEN} or {@code HALF_OPEN}. */
    Map<String, String> states() {
        var states = new TreeMap<String, String>();
        for (CircuitBreaker breaker : breakers.getAllCircuitBreakers()) {
            states.put(breaker.getName(), breaker.getState().name());
        }
        return states;
    }

    private static void log(CircuitBreakerOnStateTransitionEvent event) {
        var change = event.getStateTransition();
        if (change == CircuitBreaker.StateTransition.CLOSED_TO_OPEN) {
            LOGGER.atWarn()
                    .addKeyValue("purpose", event.getCircuitBreakerName())
                    .log("Redis fails; going on without it");
        } else if (change == CircuitBreaker.StateTransition.HALF_OPEN_TO_CLOSED) {
            LOGGER.atInfo()
                    .addKeyValue("purpose", event.getCircuitBreakerName())
                    .log("Redis answers again");
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
