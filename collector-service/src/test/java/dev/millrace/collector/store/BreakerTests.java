package dev.millrace.collector.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BreakerTests {
    private long now = Long.MAX_VALUE - 50;
    private final Breaker breaker = new Breaker(Duration.ofNanos(100), () -> now);

    @Test
    void letsAllPassAtFirst() {
        assertThat(breaker.lets()).isTrue();
        assertThat(breaker.lets()).isTrue();
    }

    @Test
    void letsNonePassForAWhileAfterAFailure() {
        breaker.failed();

        now += 99;

        assertThat(breaker.lets()).isFalse();
    }

    @Test
    void letsOneTryAfterwards() {
        breaker.failed();

        now += 100;

        assertThat(breaker.lets()).isTrue();
        assertThat(breaker.lets()).isFalse();
    }

    @Test
    void letsAllPassOnceOneSucceeded() {
        breaker.failed();
        now += 100;
        assertThat(breaker.lets()).isTrue();

        breaker.succeeded();

        assertThat(breaker.lets()).isTrue();
        assertThat(breaker.lets()).isTrue();
    }

    @Test
    void waitsAgainWhenTheOneThatTriedFailed() {
        breaker.failed();
        now += 100;
        assertThat(breaker.lets()).isTrue();

        breaker.failed();

        now += 99;
        assertThat(breaker.lets()).isFalse();
        now += 1;
        assertThat(breaker.lets()).isTrue();
    }
}
