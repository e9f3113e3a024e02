package dev.millrace.cache;

import io.micrometer.core.instrument.MeterRegistry;

/** Makes the caches of a service, which share their connection to Redis. */
public final class Caches {
    private final CacheProperties properties;
    private final SharedTier shared;
    private final Erasures erasures;
    private final MeterRegistry registry;

    Caches(CacheProperties properties, SharedTier shared, Erasures erasures, MeterRegistry registry) {
        this.properties = properties;
        this.shared = shared;
        this.erasures = erasures;
        this.registry = registry;
    }

    /**
     * A cache of one kind of value.
     *
     * @param prefix of its keys in Redis, {@code <owner>:<what>:v<n>:}
     */
    public <V> TieredCache<V> create(String prefix, ValueCodec<V> codec) {
        var cache = new TieredCache<>(
                prefix,
                codec,
                properties.enabled() ? properties.memory().toBytes() : 0,
                properties.timeToLive(),
                shared,
                registry);
        erasures.add(cache);
        return cache;
    }

    public CacheProperties.Scope scope() {
        return properties.scope();
    }
}
