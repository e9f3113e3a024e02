package dev.millrace.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toSet;

import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.lettuce.core.GetExArgs;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SetArgs;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Values in Redis. Each call is one pipelined round trip: its commands are written together and answered together, within
 * milliseconds or not at all. After failures in a row the breaker leaves Redis alone for a while.
 */
final class RedisTier implements SharedTier {
    /** A computation from which on it pays to ask whether another process is at it. */
    static final Duration DEAR = Duration.ofMillis(50);
    /** No computation is as dear as that. */
    static final Duration NEVER = ChronoUnit.FOREVER.getDuration();

    private static final Logger LOGGER = LoggerFactory.getLogger(RedisTier.class);
    /** A cluster goes by what is in the braces, so value and lease are on one node, which does things in their order. */
    private static final String LEASE = "cache:lease:v1:{%s}";

    private static final String RELEASE =
            "return redis.call('get', KEYS[1]) == ARGV[1] and redis.call('del', KEYS[1]) or 0";

    private static final Duration LONGEST_LEASE = Duration.ofSeconds(15);
    private static final Duration LONGEST_WRITE = Duration.ofSeconds(1);

    private final CacheConnection connection;
    private final CircuitBreaker breaker;
    private final Duration timeout;
    private final Lifetime lifetime;
    private final Duration dear;
    private final byte[] token = UUID.randomUUID().toString().getBytes(UTF_8);
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

    /**
     * @param timeout of one round trip
     * @param dear shortest computation that is leased; what is expected to take less is computed by whoever misses it
     */
    RedisTier(
            CacheConnection connection,
            CircuitBreaker breaker,
            Duration timeout,
            Lifetime lifetime,
            Duration dear,
            MeterRegistry registry) {
        this.connection = connection;
        this.breaker = breaker;
        this.timeout = timeout;
        this.lifetime = lifetime;
        this.dear = dear;
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
        return keys.isEmpty() ? Map.of() : answer(() -> ask(keys), Map.of());
    }

    @Override
    public void keep(Map<String, byte[]> values) {
        boolean begun = write(values.entrySet(), (line, entry) -> line.commands()
                .set(entry.getKey(), entry.getValue(), SetArgs.Builder.px(lifetime.next()))
                .toCompletableFuture()
                .handle(this::countUnkept));
        if (!begun) {
            unkept.increment(values.size());
        }
    }

    @Override
    public Claim claim(Collection<String> keys, Duration computing) {
        if (computing.compareTo(dear) < 0) {
            return Claim.ALL;
        }
        // Whoever dies at it has held up the others for less than twice as long as it should take.
        long millis = Math.clamp(computing.toMillis() * 3 / 2, 1, LONGEST_LEASE.toMillis());
        var lease = SetArgs.Builder.nx().px(millis);
        return answer(
                () -> {
                    var line = connection.get();
                    var refused = new HashMap<String, CompletableFuture<Boolean>>();
                    for (String key : keys) {
                        var set = line.commands().set(LEASE.formatted(key), token, lease);
                        refused.put(key, set.toCompletableFuture().handle(RedisTier::notSet));
                    }
                    // After the leases: whoever gave one back had kept its value before.
                    var values = values(line, keys);
                    await(line, Stream.concat(refused.values().stream(), values.values().stream()));
                    var others = keys.stream()
                            .filter(key -> requireNonNull(refused.get(key)).join())
                            .collect(toSet());
                    var own = new HashSet<>(keys);
                    own.removeAll(others);
                    return new Claim(found(values), others, own);
                },
                // What was not answered may have been done.
                new Claim(Map.of(), Set.of(), Set.copyOf(keys)));
    }

    @Override
    public void release(Collection<String> leases) {
        write(leases, (line, key) -> line.commands()
                .<Long>eval(RELEASE, ScriptOutputType.INTEGER, new String[] {LEASE.formatted(key)}, token)
                .toCompletableFuture()
                .handle(RedisTier::done));
    }

    /** What Redis answers to a question, or what is otherwise so if it does not in time. */
    private <T> T answer(Callable<T> question, T otherwise) {
        try {
            return breaker.executeCallable(question);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (CallNotPermittedException e) {
            LOGGER.trace("Redis is left alone", e);
        } catch (Exception e) {
            LOGGER.debug("Redis did not answer; computing", e);
        }
        skipped.increment();
        return otherwise;
    }

    /** Sends one command for each item, for whose answers nobody waits. False if that failed at once. */
    private <T> boolean write(Collection<T> items, BiFunction<CacheConnection.Line, T, CompletableFuture<?>> command) {
        if (items.isEmpty() || !breaker.tryAcquirePermission()) {
            return true;
        }
        long begin = System.nanoTime();
        try {
            var line = connection.get();
            var answers = items.stream().map(item -> command.apply(line, item)).toArray(CompletableFuture[]::new);
            line.flush();
            // Nobody waits for this, so it has longer; but a Redis that never answers is not written to for ever.
            var unused = CompletableFuture.allOf(answers)
                    .orTimeout(LONGEST_WRITE.toMillis(), TimeUnit.MILLISECONDS)
                    .whenComplete((done, failure) -> report(begin, failure));
            return true;
        } catch (RuntimeException e) {
            report(begin, e);
            return false;
        }
    }

    private @Nullable Void countUnkept(@Nullable String ok, @Nullable Throwable failure) {
        if (failure != null) {
            unkept.increment();
        }
        return done(ok, failure);
    }

    /** A refusal by Redis itself, as when its memory is full, says that it is there. */
    private static @Nullable Void done(@Nullable Object answer, @Nullable Throwable failure) {
        if (failure == null || failure instanceof RedisCommandExecutionException) {
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
        var values = values(line, keys);
        await(line, values.values().stream());
        return found(values);
    }

    private Map<String, CompletableFuture<byte @Nullable []>> values(
            CacheConnection.Line line, Collection<String> keys) {
        var answers = new LinkedHashMap<String, CompletableFuture<byte @Nullable []>>();
        for (String key : keys) {
            answers.put(
                    key,
                    line.commands()
                            .getex(key, GetExArgs.Builder.px(lifetime.next()))
                            .toCompletableFuture()
                            .handle(RedisTier::valueOrNone));
        }
        return answers;
    }

    /** Sends what was asked, and waits until all is answered. */
    private void await(CacheConnection.Line line, Stream<? extends CompletableFuture<?>> answers) throws Exception {
        line.flush();
        CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)).get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    }

    private static Map<String, byte[]> found(Map<String, CompletableFuture<byte @Nullable []>> values) {
        var found = new HashMap<String, byte[]>();
        values.forEach((key, answer) -> {
            byte[] value = answer.join();
            if (value != null) {
                found.put(key, value);
            }
        });
        return found;
    }

    private static boolean notSet(@Nullable String ok, @Nullable Throwable failure) {
        return ok == null && failure == null;
    }

    /** Something else under one of our keys, as a list, is a miss of that key and says nothing of Redis. */
    private static byte @Nullable [] valueOrNone(byte @Nullable [] value, @Nullable Throwable failure) {
        if (failure == null || failure instanceof RedisCommandExecutionException) {
            return value;
        }
        throw new CompletionException(failure);
    }
}
