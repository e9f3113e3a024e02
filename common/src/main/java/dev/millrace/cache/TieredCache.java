package dev.millrace.cache;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Values by {@link CacheKey}: from memory, else from Redis, else computed. A value that several callers want at once is
 * computed once. Safe to share between threads.
 *
 * <p>Callers get what the codec makes of the kept bytes even when the value was just computed, so a hit and a miss differ
 * in nothing but time.
 */
public final class TieredCache<V> implements ErasureListener {
    private final String prefix;
    private final ValueCodec<V> codec;
    private final SharedTier shared;
    private final CacheMeters meters;
    private final MemoryTier<V> memory;
    private final Map<CacheKey, Flight<V>> underWay = new ConcurrentHashMap<>();
    private final ComputeTime computeTime = new ComputeTime();

    /** A value on its way, and how long the call that brings it waits for other processes. */
    private record Flight<V>(CompletableFuture<V> future, Patience patience) {}

    /**
     * @param prefix of the keys in Redis, {@code <owner>:<what>:v<n>:}; what lies between the colons names the cache
     * @param maxBytes of the values in memory, 0 or more
     * @param timeToLive how long memory keeps a value at the most
     */
    TieredCache(
            String prefix,
            ValueCodec<V> codec,
            long maxBytes,
            Duration timeToLive,
            SharedTier shared,
            MeterRegistry registry) {
        this.prefix = prefix;
        this.codec = codec;
        this.shared = shared;
        String name = prefix.split(":")[1];
        this.meters = new CacheMeters(registry, name);
        this.memory = new MemoryTier<>(prefix, name, codec, maxBytes, timeToLive, registry);
    }

    /**
     * The value of each key, in order.
     *
     * @param slack time until the values are of no more use: another process' computation is waited for only as long as
     *     enough of it is left to compute them here
     * @param compute makes the values of the keys at these positions (rising, no key twice), in order; it may be called
     *     again for others. What it throws reaches this caller alone, and nothing of that call is kept. Whoever waited for
     *     these values computes them
     */
    public List<V> getAll(List<CacheKey> keys, Duration slack, Function<List<Integer>, List<V>> compute) {
        return getAll(keys, new Patience(slack), compute);
    }

    private List<V> getAll(List<CacheKey> keys, Patience patience, Function<List<Integer>, List<V>> compute) {
        var answers = new LinkedHashMap<CacheKey, Flight<V>>();
        var mine = new LinkedHashMap<CacheKey, Integer>();
        try {
            for (int i = 0; i < keys.size(); i++) {
                CacheKey key = keys.get(i);
                if (!answers.containsKey(key)) {
                    answers.put(key, answer(key, i, patience, mine));
                }
            }
            // All of one's own first: whoever waits for others has nothing left that others wait for.
            fill(mine, answers, patience, compute);
        } catch (RuntimeException | Error e) {
            mine.keySet().forEach(key -> end(key, answers, future -> future.completeExceptionally(e)));
            throw e;
        }
        var values = new ArrayList<V>(keys.size());
        for (int i = 0; i < keys.size(); i++) {
            values.add(value(keys, i, requireNonNull(answers.get(keys.get(i))), patience, compute));
        }
        return values;
    }

    /** The value of a key if memory or Redis has it; computes nothing. */
    public Optional<V> find(CacheKey key) {
        var held = memory.get(key);
        if (held != null) {
            meters.memory();
            return Optional.of(held);
        }
        return Optional.ofNullable(ask(List.of(key)).get(key));
    }

    /**
     * The value of a key that memory has, else of the bytes that Redis has; empty if there is neither, or the bytes are
     * not this cache's. Unlike {@link #find}, whoever calls asks Redis, and knows whether it answered.
     */
    public Optional<V> open(CacheKey key, byte @Nullable [] sealed) {
        var held = memory.get(key);
        if (held != null) {
            return Optional.of(held);
        }
        return sealed == null ? Optional.empty() : memory.open(key, sealed);
    }

    /** Gives values to whoever asks Redis later; this process does not keep them itself. */
    public void share(Map<CacheKey, V> values) {
        var sealed = new LinkedHashMap<String, byte[]>();
        values.forEach((key, value) ->
                codec.encode(value).ifPresent(bytes -> sealed.put(prefix + key, Envelope.seal(key, bytes))));
        shared.keep(sealed);
    }

    @Override
    public void erased(String key) {
        memory.erased(key);
    }

    @Override
    public void missed() {
        memory.missed();
    }

    private Flight<V> answer(CacheKey key, int position, Patience patience, Map<CacheKey, Integer> mine) {
        var held = memory.get(key);
        if (held == null) {
            var own = new Flight<V>(new CompletableFuture<>(), patience);
            var other = underWay.putIfAbsent(key, own);
            if (other != null) {
                meters.joined();
                other.patience.noLongerThan(patience);
                return other;
            }
            // It may have come to its end since memory was asked.
            held = memory.get(key);
            if (held == null) {
                mine.put(key, position);
                return own;
            }
            underWay.remove(key, own);
            own.future.complete(held);
        }
        meters.memory();
        return new Flight<>(CompletableFuture.completedFuture(held), patience);
    }

    private void fill(
            Map<CacheKey, Integer> mine,
            Map<CacheKey, Flight<V>> answers,
            Patience patience,
            Function<List<Integer>, List<V>> compute) {
        if (mine.isEmpty()) {
            return;
        }
        var missing = new LinkedHashMap<>(mine);
        deliver(ask(mine.keySet()), missing, answers);
        // Once for all: what is left of them may be cheap, and yet others are at it.
        var computing = computeTime.expected(missing.size());
        while (!missing.isEmpty()) {
            int before = memory.erasures();
            var claim = shared.claim(names(missing.keySet()), computing);
            var own = new LinkedHashMap<CacheKey, Integer>();
            try {
                var come = memory.take(missing.keySet(), claim.found(), before);
                meters.awaited(come.size());
                deliver(come, missing, answers);
                own.putAll(missing);
                if (!patience.isOver(computing)) {
                    own.keySet().removeIf(key -> claim.held().contains(prefix + key));
                }
                compute(own, answers, compute);
            } finally {
                // Before it waits for others: whoever waits has no lease that others wait for.
                shared.release(claim.leases());
            }
            missing.keySet().removeAll(own.keySet());
            if (own.isEmpty() && !missing.isEmpty()) {
                patience.pause(computing, missing.size());
            }
        }
    }

    private void deliver(Map<CacheKey, V> values, Map<CacheKey, Integer> missing, Map<CacheKey, Flight<V>> answers) {
        values.forEach((key, value) -> {
            missing.remove(key);
            end(key, answers, future -> future.complete(value));
        });
    }

    private void compute(
            Map<CacheKey, Integer> own, Map<CacheKey, Flight<V>> answers, Function<List<Integer>, List<V>> compute) {
        if (own.isEmpty()) {
            return;
        }
        long begin = System.nanoTime();
        var values = compute.apply(List.copyOf(own.values()));
        if (values.size() != own.size()) {
            throw new IllegalStateException("values: %d (expected: %d)".formatted(values.size(), own.size()));
        }
        computeTime.took(values.size(), System.nanoTime() - begin);
        meters.computed(values.size());
        int next = 0;
        var encoded = new LinkedHashMap<String, byte[]>();
        for (CacheKey key : own.keySet()) {
            V kept = memory.keep(key, values.get(next++), encoded);
            end(key, answers, future -> future.complete(kept));
        }
        shared.keep(encoded);
    }

    /** Nobody joins it from now on: its value may be erased, or one that must not be kept, while others are waited for. */
    private void end(CacheKey key, Map<CacheKey, Flight<V>> answers, Consumer<CompletableFuture<V>> how) {
        var flight = requireNonNull(answers.get(key));
        how.accept(flight.future);
        underWay.remove(key, flight);
    }

    /** What Redis has of these keys, which memory has from now on too. */
    private Map<CacheKey, V> ask(Collection<CacheKey> keys) {
        int before = memory.erasures();
        var found = shared.find(names(keys));
        var taken = memory.take(keys, found, before);
        meters.redis(taken.size());
        meters.refused(found.size() - taken.size());
        return taken;
    }

    private List<String> names(Collection<CacheKey> keys) {
        return keys.stream().map(key -> prefix + key).toList();
    }

    /** One's own answers are there. Another's may have failed, for what else was computed with it: then it is computed here. */
    private V value(
            List<CacheKey> keys,
            int position,
            Flight<V> answer,
            Patience patience,
            Function<List<Integer>, List<V>> compute) {
        try {
            return answer.future.join();
        } catch (CompletionException | CancellationException e) {
            return getAll(List.of(keys.get(position)), patience, missing -> compute.apply(List.of(position)))
                    .getFirst();
        }
    }
}
