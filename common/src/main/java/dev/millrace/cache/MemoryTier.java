package dev.millrace.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The values of one cache that this process holds, and the way between them and their form in Redis. Thread-safe. */
final class MemoryTier<V> implements ErasureListener {
    private static final Logger LOGGER = LoggerFactory.getLogger(MemoryTier.class);
    /** What a value takes in memory, at the most: its objects for each byte of its stored form, and key and nodes beside it. */
    private static final int OBJECTS_PER_BYTE = 3;

    private static final int ENTRY_OVERHEAD = 400;

    private final String prefix;
    private final ValueCodec<V> codec;
    private final Cache<CacheKey, Held<V>> values;
    private final AtomicInteger erasures = new AtomicInteger();

    private record Held<V>(V value, int bytes) {}

    /**
     * @param prefix of the keys in Redis
     * @param name of the cache in meters
     * @param maxBytes 0 or more
     */
    MemoryTier(
            String prefix,
            String name,
            ValueCodec<V> codec,
            long maxBytes,
            Duration timeToLive,
            MeterRegistry registry) {
        this.prefix = prefix;
        this.codec = codec;
        this.values = Caffeine.newBuilder()
                .maximumWeight(maxBytes)
                .expireAfterWrite(timeToLive)
                .<CacheKey, Held<V>>weigher((key, held) -> OBJECTS_PER_BYTE * held.bytes + ENTRY_OVERHEAD)
                .build();
        Gauge.builder("millrace.cache.memory", values, MemoryTier::weight)
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

    @Nullable
    V get(CacheKey key) {
        var held = values.getIfPresent(key);
        return held == null ? null : held.value;
    }

    /** Keeps a value and notes its bytes for Redis. Returns it as later callers will get it. */
    V keep(CacheKey key, V value, Map<String, byte[]> encoded) {
        var bytes = codec.encode(value);
        if (bytes.isEmpty()) {
            return value;
        }
        V kept = codec.decode(bytes.get());
        values.put(key, new Held<>(kept, bytes.get().length));
        encoded.put(prefix + key, Envelope.seal(key, bytes.get()));
        return kept;
    }

    /** A number that is another one once something was erased. */
    int erasures() {
        return erasures.get();
    }

    /**
     * Keeps what Redis has of these keys, and returns it; what is not this cache's is left out.
     *
     * @param erasuresBefore {@link #erasures} before Redis was asked
     */
    Map<CacheKey, V> take(Collection<CacheKey> keys, Map<String, byte[]> found, int erasuresBefore) {
        var taken = new LinkedHashMap<CacheKey, V>();
        for (CacheKey key : keys) {
            byte[] sealed = found.get(prefix + key);
            if (sealed != null) {
                V value = take(key, sealed);
                if (value != null) {
                    taken.put(key, value);
                }
            }
        }
        if (erasures.get() != erasuresBefore) {
            // One of these may have been erased while Redis' answer was on its way.
            values.invalidateAll(taken.keySet());
        }
        return taken;
    }

    private @Nullable V take(CacheKey key, byte[] sealed) {
        try {
            var bytes = Envelope.open(key, sealed);
            if (bytes.isPresent()) {
                V value = codec.decode(bytes.get());
                values.put(key, new Held<>(value, bytes.get().length));
                return value;
            }
        } catch (IllegalArgumentException e) {
            LOGGER.debug("{}{}: cannot be decoded", prefix, key, e);
        }
        return null;
    }

    /** The value that these bytes are of, which it does not keep; empty if they are not this cache's. */
    Optional<V> open(CacheKey key, byte[] sealed) {
        try {
            return Envelope.open(key, sealed).map(codec::decode);
        } catch (IllegalArgumentException e) {
            LOGGER.debug("{}{}: cannot be decoded", prefix, key, e);
            return Optional.empty();
        }
    }

    @Override
    public void erased(String key) {
        if (key.startsWith(prefix)) {
            erasures.incrementAndGet();
            try {
                values.invalidate(CacheKey.parse(key.substring(prefix.length())));
            } catch (IllegalArgumentException e) {
                LOGGER.warn("{} was erased, which is no key of this cache", key, e);
            }
        }
    }

    @Override
    public void missed() {
        erasures.incrementAndGet();
        values.invalidateAll();
    }
}
