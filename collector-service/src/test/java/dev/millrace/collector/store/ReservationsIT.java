package dev.millrace.collector.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.collector.store.Reservation.State;
import dev.millrace.redis.RedisGuards;
import dev.millrace.sandbox.Sandbox;
import dev.millrace.sandbox.SandboxExtension;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisURI;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;

/** Two replicas on one Redis that loses what it had. */
@ExtendWith(SandboxExtension.class)
class ReservationsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Instant NOW = Instant.now().truncatedTo(ChronoUnit.MILLIS);

    private final Reservation mine =
            new Reservation(UUID.randomUUID(), State.SENDING, "spam", "0a".repeat(32), NOW, NOW.plusSeconds(600), null);
    private final Reservation accepted = mine.with(State.ACCEPTED);
    private final String key = "collector:upload:v1:" + mine.id();

    private LettuceConnectionFactory connections;
    private StringRedisTemplate redis;
    private Reservations here;
    private Reservations elsewhere;

    @BeforeEach
    void connect(Sandbox sandbox) {
        connections = new LettuceConnectionFactory(
                LettuceConnectionFactory.createRedisConfiguration(RedisURI.create(sandbox.redisUrl())),
                LettuceClientConfiguration.builder()
                        .clientOptions(ClientOptions.builder()
                                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                                .build())
                        .build());
        connections.afterPropertiesSet();
        connections.start();
        redis = new StringRedisTemplate(connections);
        here = replica();
        elsewhere = replica();
    }

    @AfterEach
    void disconnect() {
        connections.destroy();
    }

    @Test
    void writesAnAcceptanceThatRedisMissedOnceItIsBack(Sandbox sandbox) throws StoreUnavailableException {
        sandbox.redis().kill();
        try {
            assertThat(here.claim(mine).taken()).isEmpty();
            here.settle(mine, accepted);
            here.writeBack();
        } finally {
            sandbox.redis().restart();
        }

        await().atMost(PATIENCE).untilAsserted(() -> {
            here.writeBack();
            assertThat(redis.hasKey(key)).isTrue();
        });

        assertThat(elsewhere.find(mine.id())).contains(accepted);
    }

    @Test
    void believesItsOwnAcceptanceMoreThanAnOlderStateInRedis(Sandbox sandbox) throws StoreUnavailableException {
        here.claim(mine);
        sandbox.redis().kill();
        try {
            here.settle(mine, accepted);
        } finally {
            sandbox.redis().restart();
        }
        await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> redis.opsForValue()
                .set(key, mine.format()));

        assertThat(here.claim(mine).taken()).contains(accepted);
        assertThat(here.find(mine.id())).contains(accepted);
        here.writeBack();
        assertThat(elsewhere.find(mine.id())).contains(accepted);
    }

    @Test
    void putsBackWhatRedisLost() throws StoreUnavailableException {
        here.claim(mine);
        here.settle(mine, accepted);
        redis.delete(key);

        var other = new Reservation(mine.id(), State.SENDING, "spam", "0b".repeat(32), NOW, NOW.plusSeconds(600), null);

        assertThat(here.claim(other).taken()).contains(accepted);
        assertThat(elsewhere.claim(other).taken()).contains(accepted);
    }

    @Test
    void leavesWhatAnotherReplicaMadeOfIt(Sandbox sandbox) throws StoreUnavailableException {
        sandbox.redis().kill();
        try {
            here.claim(mine);
            here.settle(mine, mine.with(State.UNCONFIRMED));
        } finally {
            sandbox.redis().restart();
        }
        await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> redis.opsForValue()
                .set(key, accepted.format()));

        here.writeBack();

        assertThat(elsewhere.find(mine.id())).contains(accepted);
    }

    private Reservations replica() {
        var patience = Duration.ofSeconds(5);
        var guards = new RedisGuards(Duration.ofMillis(10), new SimpleMeterRegistry());
        return new Reservations(
                new RedisStore(redis, guards, InstantSource.system(), patience, patience, Duration.ofHours(48)));
    }
}
