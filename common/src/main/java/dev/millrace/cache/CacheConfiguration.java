package dev.millrace.cache;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.data.redis.autoconfigure.LettuceClientOptionsBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/** Wires the caches of a service, which imports it. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(CacheProperties.class)
public class CacheConfiguration {
    private static final Logger LOGGER = LoggerFactory.getLogger(CacheConfiguration.class);
    private static final Duration FIRST_CONNECTION = Duration.ofSeconds(2);
    /** Commands that wait for an answer of a Redis that hangs. */
    private static final int MOST_WAITING = 20_000;

    @Bean
    LettuceClientOptionsBuilderCustomizer cacheClientOptions() {
        // What cannot be asked now is computed now.
        return options -> options.disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(MOST_WAITING);
    }

    @Bean
    CacheConnection cacheConnection(LettuceConnectionFactory factory, CacheProperties properties) {
        var connection = new CacheConnection(factory.getRequiredNativeClient());
        if (properties.enabled() && !connection.open(FIRST_CONNECTION)) {
            LOGGER.atWarn().log("Redis is not there; the caches start without it");
        }
        return connection;
    }

    @Bean
    Caches caches(CacheConnection connection, CacheProperties properties, MeterRegistry registry) {
        var breaker = breaker();
        Gauge.builder(
                        "millrace.cache.redis.open",
                        breaker,
                        each -> each.getState() == CircuitBreaker.State.CLOSED ? 0 : 1)
                .description("1 while the cache leaves Redis alone after failures")
                .register(registry);
        var lifetime = new RedisTier.Lifetime(properties.timeToLive(), properties.jitter());
        var redis = new RedisTier(connection, breaker, properties.redisTimeout(), lifetime, registry);
        return new Caches(properties, properties.enabled() ? redis : SharedTier.NONE, registry);
    }

    static CircuitBreaker breaker() {
        return CircuitBreaker.of(
                "cache",
                CircuitBreakerConfig.custom()
                        .slidingWindowSize(5)
                        .minimumNumberOfCalls(3)
                        .waitDurationInOpenState(Duration.ofSeconds(1))
                        .permittedNumberOfCallsInHalfOpenState(1)
                        .build());
    }
}
