package dev.millrace.cache;

import io.micrometer.core.instrument.MeterRegistry;

/** Makes the caches of a service, which share their connection to Redis. */
public final class Caches {
    private final CacheProperties properties;
    private final SharedTier shared;
    private final MeterRegistry registry;

    Caches(CacheProperties properties, SharedTier shared, MeterRegistry registry) {
        this.properties = properties;
        this.shared = shared;
        this.registry = registry;
    }

    /**
     * A cache of one kind of value.
     *
     * @param prefix of its keys in Redis, {@code <owner>:<what>:v<n>:}
     */
    public <V> TieredCache<V> create(String prefix, ValueCodec<V> codec) {
        return new TieredCache<>(
                prefix, codec, properties.enabled() ? properties.memory().toBytes() : 0, shared, registry);
    }

    public CacheProperties.Scope scope() {
        return properties.scope();
    }
}
