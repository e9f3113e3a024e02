package dev.millrace.cache;

import dev.millrace.redis.RedisConfiguration;
import dev.millrace.redis.RedisGuards;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/** Wires the caches of a service, which imports it. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(CacheProperties.class)
@Import(RedisConfiguration.class)
public class CacheConfiguration {
    private static final Logger LOGGER = LoggerFactory.getLogger(CacheConfiguration.class);
    private static final Duration FIRST_CONNECTION = Duration.ofSeconds(5);

    @Bean
    CacheConnection cacheConnection(LettuceConnectionFactory factory, CacheProperties properties) {
        var connection = new CacheConnection(factory.getRequiredNativeClient());
        if (properties.enabled() && !connection.open(FIRST_CONNECTION)) {
            LOGGER.atWarn().log("Redis is not there; the caches start without it");
        }
        return connection;
    }

    @Bean
    Erasures erasures(LettuceConnectionFactory factory) {
        return new Erasures(factory.getRequiredNativeClient());
    }

    @Bean
    Caches caches(
            CacheConnection connection,
            CacheProperties properties,
            RedisGuards guards,
            Erasures erasures,
            MeterRegistry registry) {
        var lifetime = new RedisTier.Lifetime(properties.timeToLive(), properties.jitter());
        var redis = new RedisTier(
                connection, guards.breaker("cache"), properties.redisTimeout(), lifetime, dear(properties), registry);
        return new Caches(properties, properties.enabled() ? redis : SharedTier.NONE, erasures, registry);
    }

    /** The shortest computation that is leased. */
    static Duration dear(CacheProperties properties) {
        return properties.lease() ? RedisTier.DEAR : RedisTier.NEVER;
    }
}
