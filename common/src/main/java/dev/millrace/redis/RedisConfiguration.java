package dev.millrace.redis;

import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.resource.Delay;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.data.redis.autoconfigure.ClientResourcesBuilderCustomizer;
import org.springframework.boot.data.redis.autoconfigure.LettuceClientOptionsBuilderCustomizer;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.core.StringRedisTemplate;

/** Gives a service its {@link RedisGuards} and a driver that suits them; it imports this. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(RedisProperties.class)
public class RedisConfiguration {
    private static final Logger LOGGER = LoggerFactory.getLogger(RedisConfiguration.class);
    private static final Duration WARM_UP = Duration.ofSeconds(5);
    /** Commands that wait for a Redis that hangs; those beyond fail at once, or memory would fill with them. */
    private static final int MOST_WAITING = 10_000;

    private static final Duration LONGEST_RECONNECT_DELAY = Duration.ofSeconds(1);

    @Bean
    LettuceClientOptionsBuilderCustomizer rejectWhileDisconnected() {
        // Commands are worth nothing later: without this they queue until the connection is back.
        return options -> options.disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(MOST_WAITING);
    }

    @Bean
    ClientResourcesBuilderCustomizer reconnectSoon() {
        // The driver's own delay grows to half a minute, in which a Redis that is back is not used.
        return resources -> resources.reconnectDelay(
                Delay.exponential(Duration.ZERO, LONGEST_RECONNECT_DELAY, 2, TimeUnit.MILLISECONDS));
    }

    @Bean
    RedisGuards redisGuards(RedisProperties properties, MeterRegistry meters) {
        return new RedisGuards(properties.pause(), meters);
    }

    /** Connects before the service is ready, so that nobody's first command has to; a Redis that is away holds up nothing. */
    @Bean
    ApplicationRunner redisWarmUp(StringRedisTemplate redis, RedisGuards guards) {
        return arguments -> {
            try {
                guards.guard("warm-up", WARM_UP).call(() -> redis.hasKey("warm-up"));
            } catch (RedisUnavailableException e) {
                LOGGER.atWarn().addKeyValue("cause", e.getMessage()).log("Redis is not there; starting without it");
            }
        };
    }

    /** Tells what Redis is asked for and what it is not asked for at the moment; never a reason to be taken out. */
    @Bean("redisGuard")
    HealthIndicator redisGuardHealth(RedisGuards guards) {
        return () -> Health.up().withDetails(guards.states()).build();
    }
}
