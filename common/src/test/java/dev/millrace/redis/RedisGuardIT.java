package dev.millrace.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.sandbox.Sandbox;
import dev.millrace.sandbox.SandboxExtension;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.data.redis.core.StringRedisTemplate;

/** The guard and the driver's settings on a real Redis that goes away and comes back. */
@ExtendWith(SandboxExtension.class)
class RedisGuardIT {
    /** Long enough for the driver's own delay between two attempts to connect to grow past what is allowed here. */
    private static final Duration OUTAGE = Duration.ofSeconds(10);

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration(DataRedisAutoConfiguration.class)
    @Import(RedisConfiguration.class)
    static class Service {
        @Bean
        MeterRegistry meters() {
            return new SimpleMeterRegistry();
        }
    }

    @Test
    void leavesARedisAloneThatIsGoneAndUsesItSoonAfterItIsBack(Sandbox sandbox) {
        try (var service = new SpringApplicationBuilder(Service.class)
                .web(WebApplicationType.NONE)
                .run(
                        "--spring.data.redis.url=" + sandbox.redisUrl(),
                        "--spring.data.redis.timeout=500ms",
                        "--spring.data.redis.connect-timeout=500ms")) {
            var redis = service.getBean(StringRedisTemplate.class);
            var guards = service.getBean(RedisGuards.class);
            var guard = guards.guard("test", Duration.ofSeconds(2));
            await().until(() -> answers(guard, redis));

            sandbox.redis().kill();
            var gone = Instant.now();
            try {
                await().atMost(Duration.ofSeconds(1))
                        .pollInterval(Duration.ofMillis(10))
                        .until(() -> {
                            answers(guard, redis);
                            return "OPEN".equals(guards.states().get("test"));
                        });
                await().pollInterval(Duration.ofMillis(10))
                        .atMost(Duration.ofMinutes(1))
                        .until(() -> {
                            assertThat(answers(guard, redis)).isFalse();
                            return Duration.between(gone, Instant.now()).compareTo(OUTAGE) > 0;
                        });
            } finally {
                sandbox.redis().restart();
            }

            await().atMost(Duration.ofSeconds(5))
                    .pollInterval(Duration.ofMillis(10))
                    .until(() -> answers(guard, redis));
            assertThat(guards.states()).containsEntry("test", "CLOSED");
        }
    }

    private static boolean answers(RedisGuard guard, StringRedisTemplate redis) {
        try {
            guard.call(() -> redis.hasKey("any"));
            return true;
        } catch (RedisUnavailableException e) {
            return false;
        }
    }
}
