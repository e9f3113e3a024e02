package dev.millrace.payload;

import dev.millrace.redis.RedisConfiguration;
import dev.millrace.redis.RedisGuards;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Fallback;
import org.springframework.context.annotation.Import;
import org.springframework.data.redis.core.StringRedisTemplate;

/** Gives a service the {@link PayloadStore}; it imports this. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(PayloadProperties.class)
@Import(RedisConfiguration.class)
public class PayloadConfiguration {
    @Bean
    @Fallback
    PayloadStore redisPayloadStore(StringRedisTemplate redis, RedisGuards guards, PayloadProperties properties) {
        return new RedisPayloadStore(redis, guards.guard("payload", properties.timeout()));
    }
}
