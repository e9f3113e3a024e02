package dev.millrace.cache;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** What one cache tells of itself. */
final class CacheMeters {
    private final Counter memory;
    private final Counter redis;
    private final Counter joined;
    private final Counter awaited;
    private final Counter computed;
    private final Counter refused;

    CacheMeters(MeterRegistry registry, String cache) {
        this.memory = gets(registry, cache, "memory");
        this.redis = gets(registry, cache, "redis");
        this.joined = gets(registry, cache, "joined");
        this.awaited = gets(registry, cache, "awaited");
        this.computed = gets(registry, cache, "computed");
        this.refused = Counter.builder("millrace.cache.refused")
                .description("Values in Redis that were not this cache's: foreign, cut off or damaged bytes")
                .tag("cache", cache)
                .register(registry);
    }

    private static Counter gets(MeterRegistry registry, String cache, String answer) {
        return Counter.builder("millrace.cache.gets")
                .description("Values asked for, by what answered: this process' memory, Redis, a computation that was "
                        + "under way here (joined) or in another process (awaited), or a computation of its own")
                .tag("cache", cache)
                .tag("answer", answer)
                .register(registry);
    }

    void memory() {
        memory.increment();
    }

    void redis(int values) {
        redis.increment(values);
    }

    void joined() {
        joined.increment();
    }

    void awaited(int values) {
        awaited.increment(values);
    }

    void computed(int values) {
        computed.increment(values);
    }

    void refused(int values) {
        refused.increment(values);
    }
}
