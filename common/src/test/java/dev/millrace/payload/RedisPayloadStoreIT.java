package dev.millrace.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.millrace.sandbox.Sandbox;
import dev.millrace.sandbox.SandboxExtension;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.data.redis.core.StringRedisTemplate;

@ExtendWith(SandboxExtension.class)
class RedisPayloadStoreIT {
    private static final Duration DAY = Duration.ofDays(1);
    private static ConfigurableApplicationContext service;
    private static PayloadStore store;

    private final String key = "collector:payload:v1:" + UUID.randomUUID();

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration(DataRedisAutoConfiguration.class)
    @Import(PayloadConfiguration.class)
    static class Service {
        @Bean
        MeterRegistry meters() {
            return new SimpleMeterRegistry();
        }
    }

    @BeforeAll
    static void connect(Sandbox sandbox) {
        service = start(sandbox, Service.class);
        store = service.getBean(PayloadStore.class);
    }

    @AfterAll
    static void disconnect() {
        service.close();
    }

    @Test
    void keepsBytesOfAnyValueForTheirTime() throws PayloadStoreUnavailableException {
        byte[] bytes = new byte[1 << 20];
        new Random(1).nextBytes(bytes);

        store.put(key, bytes, DAY);

        assertThat(store.get(List.of(key))).containsOnlyKeys(key).containsEntry(key, bytes);
        var redis = service.getBean(StringRedisTemplate.class);
        assertThat(Duration.ofSeconds(redis.getExpire(key))).isBetween(DAY.minusMinutes(5), DAY);
    }

    @Test
    void leavesOutWhatItDoesNotHave() throws PayloadStoreUnavailableException {
        store.put(key, new byte[] {1}, DAY);

        assertThat(store.get(List.of("collector:payload:v1:none", key))).containsOnlyKeys(key);
        assertThat(store.get(List.of())).isEmpty();
    }

    @Test
    void forgetsWhatIsDeleted() throws PayloadStoreUnavailableException {
        store.put(key, new byte[] {1}, DAY);

        store.delete(key);

        assertThat(store.get(List.of(key))).isEmpty();
    }

    @Test
    void saysThatItCannotTellWhileRedisIsAway(Sandbox sandbox) {
        sandbox.redis().kill();
        try {
            assertThatExceptionOfType(PayloadStoreUnavailableException.class).isThrownBy(() -> store.get(List.of(key)));
            assertThatExceptionOfType(PayloadStoreUnavailableException.class)
                    .isThrownBy(() -> store.put(key, new byte[] {1}, DAY));
        } finally {
            sandbox.redis().restart();
        }
        await().atMost(Duration.ofSeconds(30))
                .ignoreException(PayloadStoreUnavailableException.class)
                .until(() -> {
                    store.put(key, new byte[] {1}, DAY);
                    return true;
                });
    }

    /** Another store, as a service may have one. */
    @Configuration(proxyBeanMethods = false)
    @Import(Service.class)
    static class ServiceWithItsOwn {
        @Bean
        PayloadStore own() {
            return new PayloadStore() {
                @Override
                public void put(String key, byte[] bytes, Duration timeToLive) {}

                @Override
                public Map<String, byte[]> get(Collection<String> keys) {
                    return Map.of("own", new byte[0]);
                }

                @Override
                public void delete(String key) {}
            };
        }
    }

    @Test
    void givesWayToAnotherStore(Sandbox sandbox) throws PayloadStoreUnavailableException {
        try (var other = start(sandbox, ServiceWithItsOwn.class)) {
            assertThat(other.getBean(PayloadStore.class).get(List.of(key))).containsOnlyKeys("own");
        }
    }

    private static ConfigurableApplicationContext start(Sandbox sandbox, Class<?> service) {
        return new SpringApplicationBuilder(service)
                .web(WebApplicationType.NONE)
                .run("--spring.data.redis.url=" + sandbox.redisUrl());
    }
}
