package dev.millrace.cache;

import static java.util.Objects.requireNonNull;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Values by {@link CacheKey}: from memory, else from Redis, else computed. A value that several callers want at once is
 * computed once. Safe to share between threads.
 *
 * <p>Callers get what the codec makes of the kept bytes even when the value was just computed, so a hit and a miss differ
 * in nothing but time.
 */
public final class TieredCache<V> implements ErasureListener {
    private static final Logger LOGGER = LoggerFactory.getLogger(TieredCache.class);
    /** What a value takes in memory, at the most: its objects for each byte of its stored form, and key and nodes beside it. */
    private static final int OBJECTS_PER_BYTE = 3;

    private static final int ENTRY_OVERHEAD = 400;

    private final String prefix;
    private final ValueCodec<V> codec;
    private final SharedTier shared;
    private final CacheMeters meters;
    private final Cache<CacheKey, Held<V>> memory;
    private final Map<CacheKey, CompletableFuture<V>> underWay = new ConcurrentHashMap<>();
    private final AtomicInteger erasures = new AtomicInteger();

    private record Held<V>(V value, int bytes) {}

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
        this.memory = Caffeine.newBuilder()
                .maximumWeight(maxBytes)
                .expireAfterWrite(timeToLive)
                .<CacheKey, Held<V>>weigher((key, held) -> OBJECTS_PER_BYTE * held.bytes + ENTRY_OVERHEAD)
                .build();
        Gauge.builder("millrace.cache.memory", memory, TieredCache::weight)
                .description("Memory that the values of a cache take in this process, about")
                .baseUnit("bytes")
                .tag("cache", name)
                .register(registry);
    }

    private static double weight(Cache<?, ?> memory) {
        return memory.policy()
                .eviction()
                .map(eviction -> eviction.weightedSize().orElse(0))
                .orElse(0L);
    }

    /**
     * The value of each key, in order.
     *
     * @param compute makes the values of the keys at these positions (rising, no key twice), in order; what it throws
     *     reaches this caller alone, and nothing is kept. Whoever waited for these values computes them
     */
    public List<V> getAll(List<CacheKey> keys, Function<List<Integer>, List<V>> compute) {
        var answers = new LinkedHashMap<CacheKey, CompletableFuture<V>>();
        var mine = new LinkedHashMap<CacheKey, Integer>();
        try {
            for (int i = 0; i < keys.size(); i++) {
                CacheKey key = keys.get(i);
                if (!answers.containsKey(key)) {
                    answers.put(key, answer(key, i, mine));
                }
            }
            // All of one's own first: whoever waits for others has nothing left that others wait for.
            fill(mine, answers, compute);
        } catch (RuntimeException | Error e) {
            mine.keySet().forEach(key -> requireNonNull(underWay.get(key)).completeExceptionally(e));
            throw e;
        } finally {
            underWay.keySet().removeAll(mine.keySet());
        }
        var values = new ArrayList<V>(keys.size());
        for (int i = 0; i < keys.size(); i++) {
            values.add(value(keys, i, requireNonNull(answers.get(keys.get(i))), compute));
        }
        return values;
    }

    /** The value of a key if memory or Redis has it; computes nothing. */
    public Optional<V> find(CacheKey key) {
        var held = memory.getIfPresent(key);
        if (held != null) {
            meters.memory();
            return Optional.of(held.value);
        }
        return Optional.ofNullable(ask(List.of(key)).get(key));
    }

    /**
     * The value of a key that memory has, else of the bytes that Redis has; empty if there is neither, or the bytes are
     * not this cache's. Unlike {@link #find}, whoever calls asks Redis, and knows whether it answered.
     */
    public Optional<V> open(CacheKey key, byte @Nullable [] sealed) {
        var held = memory.getIfPresent(key);
        if (held != null) {
            return Optional.of(held.value);
        }
        try {
            return sealed == null
                    ? Optional.empty()
                    : Envelope.open(key, sealed).map(codec::decode);
        } catch (IllegalArgumentException e) {
            LOGGER.debug("{}{}: cannot be decoded", prefix, key, e);
            return Optional.empty();
        }
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
        if (key.startsWith(prefix)) {
            erasures.incrementAndGet();
            try {
                memory.invalidate(CacheKey.parse(key.substring(prefix.length())));
            } catch (IllegalArgumentException e) {
                LOGGER.warn("{} was erased, which is no key of this cache", key, e);
            }
        }
    }

    @Override
    public void missed() {
        erasures.incrementAndGet();
        memory.invalidateAll();
    }

    private CompletableFuture<V> answer(CacheKey key, int position, Map<CacheKey, Integer> mine) {
        var held = memory.getIfPresent(key);
        if (held == null) {
            var own = new CompletableFuture<V>();
            var other = underWay.putIfAbsent(key, own);
            if (other != null) {
                meters.joined();
                return other;
            }
            // It may have come to its end since memory was asked.
            held = memory.getIfPresent(key);
            if (held == null) {
                mine.put(key, position);
                return own;
            }
            underWay.remove(key, own);
            own.complete(held.value);
        }
        meters.memory();
        return CompletableFuture.completedFuture(held.value);
    }

    private void fill(
            Map<CacheKey, Integer> mine,
            Map<CacheKey, CompletableFuture<V>> answers,
            Function<List<Integer>, List<V>> compute) {
        if (mine.isEmpty()) {
            return;
        }
        var missing = new LinkedHashMap<>(mine);
        ask(List.copyOf(mine.keySet())).forEach((key, value) -> {
            missing.remove(key);
            requireNonNull(answers.get(key)).complete(value);
        });
        if (!missing.isEmpty()) {
            var values = compute(missing, compute);
            int next = 0;
            var encoded = new LinkedHashMap<String, byte[]>();
            for (CacheKey key : missing.keySet()) {
                requireNonNull(answers.get(key)).complete(keep(key, values.get(next++), encoded));
            }
            shared.keep(encoded);
        }
    }

    private List<V> compute(Map<CacheKey, Integer> missing, Function<List<Integer>, List<V>> compute) {
        var values = compute.apply(List.copyOf(missing.values()));
        if (values.size() != missing.size()) {
            throw new IllegalStateException("values: %d (expected: %d)".formatted(values.size(), missing.size()));
        }
        meters.computed(values.size());
        return values;
    }

    /** Keeps a value in memory and notes its bytes for Redis. Returns it as later callers will get it. */
    private V keep(CacheKey key, V value, Map<String, byte[]> encoded) {
        var bytes = codec.encode(value);
        if (bytes.isEmpty()) {
            return value;
        }
        V kept = codec.decode(bytes.get());
        memory.put(key, new Held<>(kept, bytes.get().length));
        encoded.put(prefix + key, Envelope.seal(key, bytes.get()));
        return kept;
    }

    /** What Redis has of these keys, which memory has from now on too. */
    private Map<CacheKey, V> ask(List<CacheKey> keys) {
        int before = erasures.get();
        var found = shared.find(keys.stream().map(key -> prefix + key).toList());
        var values = new LinkedHashMap<CacheKey, V>();
        for (CacheKey key : keys) {
            byte[] sealed = found.get(prefix + key);
            if (sealed != null) {
                V value = take(key, sealed);
                if (value != null) {
                    meters.redis();
                    values.put(key, value);
                }
            }
        }
        if (erasures.get() != before) {
            // One of these may have been erased while Redis' answer was on its way.
            memory.invalidateAll(values.keySet());
        }
        return values;
    }

    private @Nullable V take(CacheKey key, byte[] sealed) {
        try {
            var bytes = Envelope.open(key, sealed);
            if (bytes.isPresent()) {
                V value = codec.decode(bytes.get());
                memory.put(key, new Held<>(value, bytes.get().length));
                return value;
            }
        } catch (IllegalArgumentException e) {
            LOGGER.debug("{}{}: cannot be decoded", prefix, key, e);
        }
        meters.refused();
        return null;
    }

    /** One's own answers are there. Another's may have failed, for what else was computed with it: then it is computed here. */
    private V value(
            List<CacheKey> keys, int position, CompletableFuture<V> answer, Function<List<Integer>, List<V>> compute) {
        try {
            return answer.join();
        } catch (CompletionException | CancellationException e) {
            return getAll(List.of(keys.get(position)), missing -> compute.apply(List.of(position)))
                    .getFirst();
        }
    }
}
