package dev.millrace.cache;

import dev.millrace.redis.RedisGuards;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/** As a process of its own: a cache with an empty memory, and a connection to Redis that nobody else uses. */
final class Replica implements AutoCloseable {
    static final Duration TIME_TO_LIVE = Duration.ofDays(1);
    static final Duration FOREVER = ChronoUnit.FOREVER.getDuration();

    private final RedisClient client;
    private final CacheConnection connection;
    private final RedisGuards guards;
    private final CircuitBreaker breaker;
    private final RedisTier tier;
    private final TieredCache<String> cache;

    /**
     * @param timeout of a round trip to Redis
     * @param dear from how long a computation on only one replica does it
     */
    Replica(String url, String prefix, Duration timeout, Duration dear, MeterRegistry meters) {
        client = RedisClient.create(url);
        client.setOptions(ClientOptions.builder()
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .build());
        connection = new CacheConnection(client);
        connection.open(Duration.ofSeconds(5));
        guards = new RedisGuards(Duration.ofSeconds(1), meters);
        breaker = guards.breaker("cache");
        tier = new RedisTier(connection, breaker, timeout, new RedisTier.Lifetime(TIME_TO_LIVE, 0.1), dear, meters);
        cache = new TieredCache<>(prefix, new TextCodec(), 1 << 20, Duration.ofHours(1), tier, meters);
    }

    CircuitBreaker breaker() {
        return breaker;
    }

    RedisTier tier() {
        return tier;
    }

    TieredCache<String> cache() {
        return cache;
    }

    List<String> getAll(List<CacheKey> keys, Function<List<Integer>, List<String>> compute) {
        return cache.getAll(keys, FOREVER, compute);
    }

    String get(CacheKey key, String computed) {
        return getAll(List.of(key), missing -> List.of(computed)).getFirst();
    }

    /** Lets it know how long a value takes. */
    void learn(Duration computing) {
        getAll(List.of(key(UUID.randomUUID())), missing -> {
            sleep(computing);
            return List.of("learnt");
        });
    }

    static CacheKey key(Object name) {
        return CacheKey.builder().with("name", name.toString()).build();
    }

    static void sleep(Duration duration) {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        connection.close();
        guards.close();
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }
}
