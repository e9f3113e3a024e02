package dev.millrace.cache;

import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.lettuce.core.GetExArgs;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.SetArgs;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Values in Redis. Each call is one pipelined round trip: its commands are written together and answered together, within
 * milliseconds or not at all. After failures in a row the breaker leaves Redis alone for a while.
 */
final class RedisTier implements SharedTier {
    private static final Logger LOGGER = LoggerFactory.getLogger(RedisTier.class);

    private static final Duration LONGEST_WRITE = Duration.ofSeconds(1);

    private final CacheConnection connection;
    private final CircuitBreaker breaker;
    private final Duration timeout;
    private final Lifetime lifetime;
    private final Counter skipped;
    private final Counter unkept;

    /**
     * How long a value is kept after it was last asked for.
     *
     * @param jitter share by which each lifetime is longer or shorter at random, 0 to 0.5, so that values that were
     *     written together do not expire together
     */
    record Lifetime(Duration mean, double jitter) {
        Duration next() {
            double factor = 1 + jitter * (2 * ThreadLocalRandom.current().nextDouble() - 1);
            return Duration.ofMillis(Math.max(1, Math.round(mean.toMillis() * factor)));
        }
    }

    /** @param timeout of one round trip */
    RedisTier(
            CacheConnection connection,
            CircuitBreaker breaker,
            Duration timeout,
            Lifetime lifetime,
            MeterRegistry registry) {
        this.connection = connection;
        this.breaker = breaker;
        this.timeout = timeout;
        this.lifetime = lifetime;
        this.skipped = Counter.builder("millrace.cache.skipped")
                .description("Questions to Redis that the cache went on without: not answered in time, or not asked "
                        + "since others were not")
                .register(registry);
        this.unkept = Counter.builder("millrace.cache.unkept")
                .description("Values that Redis did not take, as when its memory is full")
                .register(registry);
    }

    @Override
    public Map<String, byte[]> find(Collection<String> keys) {
        if (keys.isEmpty()) {
            return Map.of();
        }
        try {
            return breaker.executeCallable(() -> ask(keys));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (CallNotPermittedException e) {
            LOGGER.trace("Redis is left alone", e);
        } catch (Exception e) {
            LOGGER.debug("Redis did not answer; computing", e);
        }
        skipped.increment();
        return Map.of();
    }

    @Override
    public void keep(Map<String, byte[]> values) {
        if (values.isEmpty() || !breaker.tryAcquirePermission()) {
            return;
        }
        long begin = System.nanoTime();
        try {
            var line = connection.get();
            var answers = values.entrySet().stream()
                    .map(entry -> line.commands()
                            .set(entry.getKey(), entry.getValue(), SetArgs.Builder.px(lifetime.next()))
                            .toCompletableFuture()
                            .handle(this::countUnkept))
                    .toArray(CompletableFuture[]::new);
            line.flush();
            // Nobody waits for this, so it has longer; but a Redis that never answers is not written to for ever.
            var unused = CompletableFuture.allOf(answers)
                    .orTimeout(LONGEST_WRITE.toMillis(), TimeUnit.MILLISECONDS)
                    .whenComplete((done, failure) -> report(begin, failure));
        } catch (RuntimeException e) {
            unkept.increment(values.size());
            report(begin, e);
        }
    }

    /** A refusal by Redis itself, as when its memory is full, says that it is there. */
    private @Nullable Void countUnkept(@Nullable String ok, @Nullable Throwable failure) {
        if (failure == null) {
            return null;
        }
        unkept.increment();
        if (failure instanceof RedisCommandExecutionException) {
            return null;
        }
        throw new CompletionException(failure);
    }

    private void report(long begin, @Nullable Throwable failure) {
        long took = System.nanoTime() - begin;
        if (failure == null) {
            breaker.onSuccess(took, TimeUnit.NANOSECONDS);
        } else {
            breaker.onError(took, TimeUnit.NANOSECONDS, failure);
        }
    }

    private Map<String, byte[]> ask(Collection<String> keys) throws Exception {
        var line = connection.get();
        var answers = new LinkedHashMap<String, CompletableFuture<byte @Nullable []>>();
        for (String key : keys) {
            answers.put(
                    key,
                    line.commands()
                            .getex(key, GetExArgs.Builder.px(lifetime.next()))
                            .toCompletableFuture()
                            .handle(RedisTier::valueOrNone));
        }
        line.flush();
        CompletableFuture.allOf(answers.values().toArray(CompletableFuture[]::new))
                .get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        var found = new HashMap<String, byte[]>();
        answers.forEach((key, answer) -> {
            byte[] value = answer.join();
            if (value != null) {
                found.put(key, value);
            }
        });
        return found;
    }

    /** Something else under one of our keys, as a list, is a miss of that key and says nothing of Redis. */
    private static byte @Nullable [] valueOrNone(byte @Nullable [] value, @Nullable Throwable failure) {
        if (failure == null || failure instanceof RedisCommandExecutionException) {
            return value;
        }
        throw new CompletionException(failure);
    }
}
