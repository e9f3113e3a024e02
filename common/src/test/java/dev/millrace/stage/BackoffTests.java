package dev.millrace.stage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class BackoffTests {
    private final Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5), new Random(1));

    @Test
    void doublesUpToTheMaxWithHalfOfItJittered() {
        for (int ceiling : new int[] {100, 200, 400, 800, 1600, 3200, 5000, 5000}) {
            assertThat(backoff.next()).isBetween(Duration.ofMillis(ceiling / 2), Duration.ofMillis(ceiling));
        }
    }

    @Test
    void staysWithinTheMaxHoweverManyFailuresThereWere() {
        for (int i = 0; i < 1000; i++) {
            assertThat(backoff.next()).isBetween(Duration.ZERO, Duration.ofSeconds(5));
        }
    }

    @Test
    void beginsAgainAfterASuccess() {
        backoff.next();
        backoff.next();

        backoff.reset();

        assertThat(backoff.next()).isLessThanOrEqualTo(Duration.ofMillis(100));
    }

    @Test
    @Timeout(5)
    void waitsNoLongerOnceItIsStopped() {
        backoff.stop();

        assertThat(backoff.pause(Duration.ofMinutes(5))).isFalse();
        assertThat(backoff.await()).isFalse();
    }

    @Test
    void goesOnAfterAWait() {
        assertThat(backoff.pause(Duration.ofMillis(1))).isTrue();
    }
}
