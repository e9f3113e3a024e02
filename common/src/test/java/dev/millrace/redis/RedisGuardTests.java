package dev.millrace.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RedisGuardTests {
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Callable<String> FAILS = () -> {
        throw new IOException("connection refused");
    };

    private static final Callable<String> HANGS = () -> {
        new CountDownLatch(1).await();
        return "never";
    };

    private final SettableClock clock = new SettableClock();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final RedisGuards guards = new RedisGuards(PAUSE, meters, clock);
    private final RedisGuard guard = guards.guard("test", Duration.ofSeconds(30));

    private static final class SettableClock extends Clock {
        private Instant now = Instant.parse("2026-11-23T00:00:00Z");

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    @AfterEach
    void close() {
        guards.close();
    }

    @Test
    void handsOutTheAnswer() throws RedisUnavailableException {
        assertThat(guard.call(() -> "PONG")).isEqualTo("PONG");
    }

    @Test
    void goesOnAfterOneFailure() throws RedisUnavailableException {
        fails(FAILS, "connection refused");

        assertThat(guard.call(() -> "PONG")).isEqualTo("PONG");
    }

    @Test
    void goesOnWhileMostCommandsSucceed() throws RedisUnavailableException {
        for (int i = 0; i < 20; i++) {
            guard.call(() -> "PONG");
        }
        for (int i = 0; i < 19; i++) {
            fails(FAILS, "connection refused");
        }

        assertThat(guard.call(() -> "PONG")).isEqualTo("PONG");
    }

    @Test
    void asksNothingOnceHalfOfASecondsCommandsFailed() throws RedisUnavailableException {
        guard.call(() -> "PONG");
        fails(FAILS, "connection refused");

        fails(() -> "PONG", "failed a moment ago");
        assertThat(guards.states()).isEqualTo(Map.of("test", "OPEN"));
    }

    @Test
    void forgetsTheSecondsBefore() throws RedisUnavailableException {
        for (int i = 0; i < 100; i++) {
            guard.call(() -> "PONG");
        }
        clock.now = clock.now.plusSeconds(1);
        fails(FAILS, "connection refused");
        fails(FAILS, "connection refused");

        fails(() -> "PONG", "failed a moment ago");
    }

    @Test
    void letsOneTryAfterThePauseAndAllOnceItSucceeded() throws Exception {
        open();
        clock.now = clock.now.plus(PAUSE).plusMillis(1);
        var trying = new CountDownLatch(1);
        var redisIsBack = new CountDownLatch(1);
        var first = CompletableFuture.supplyAsync(() -> first(trying, redisIsBack));
        trying.await();
        fails(() -> "PONG", "failed a moment ago");
        redisIsBack.countDown();

        assertThat(first.join()).isEqualTo("PONG");
        assertThat(guard.call(() -> "PONG")).isEqualTo("PONG");
        assertThat(guards.states()).isEqualTo(Map.of("test", "CLOSED"));
    }

    @Test
    void waitsAgainWhenTheOneThatTriedFailed() {
        open();
        clock.now = clock.now.plus(PAUSE).plusMillis(1);
        fails(FAILS, "connection refused");

        fails(() -> "PONG", "failed a moment ago");
    }

    @Test
    void letsAnotherTryWhenTheOneThatTriedWasInterrupted() throws RedisUnavailableException {
        open();
        clock.now = clock.now.plus(PAUSE).plusMillis(1);
        Thread.currentThread().interrupt();
        fails(HANGS, "interrupted");
        assertThat(Thread.interrupted()).isTrue();

        assertThat(guard.call(() -> "PONG")).isEqualTo("PONG");
    }

    @Test
    void givesACommandUpAfterTheTimeoutAndInterruptsIt() throws InterruptedException {
        var interrupted = new CountDownLatch(1);
        var impatient = guards.guard("impatient", Duration.ofMillis(50));
        assertThatExceptionOfType(RedisUnavailableException.class)
                .isThrownBy(() -> impatient.call(() -> {
                    try {
                        new CountDownLatch(1).await();
                        return "never";
                    } catch (InterruptedException e) {
                        interrupted.countDown();
                        throw e;
                    }
                }))
                .withMessageContaining("no answer within PT0.05S");

        interrupted.await();
    }

    @Test
    void harmsNoOtherPurpose() throws RedisUnavailableException {
        open();

        assertThat(guards.guard("other", PAUSE).call(() -> "PONG")).isEqualTo("PONG");
    }

    @Test
    void showsTheStateAsAMeter() {
        open();

        assertThat(meters.get("resilience4j.circuitbreaker.state")
                        .tags("name", "test", "state", "open")
                        .gauge()
                        .value())
                .isEqualTo(1);
    }

    private void open() {
        fails(FAILS, "connection refused");
        fails(FAILS, "connection refused");
        fails(() -> "PONG", "failed a moment ago");
    }

    private String first(CountDownLatch trying, CountDownLatch redisIsBack) {
        try {
            return guard.call(() -> {
                trying.countDown();
                redisIsBack.await();
                return "PONG";
            });
        } catch (RedisUnavailableException e) {
            throw new IllegalStateException(e);
        }
    }

    private void fails(Callable<String> command, String message) {
        assertThatExceptionOfType(RedisUnavailableException.class)
                .isThrownBy(() -> guard.call(command))
                .withMessageContaining(message);
    }
}
