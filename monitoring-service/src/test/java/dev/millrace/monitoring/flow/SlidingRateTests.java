package dev.millrace.monitoring.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class SlidingRateTests {
    private static final Instant START = Instant.parse("2026-11-22T12:00:00Z");

    private final AtomicReference<Instant> now = new AtomicReference<>(START);
    private final SlidingRate rate = new SlidingRate(Duration.ofSeconds(10), now::get);

    @Test
    void dividesTheCountByTheWindow() {
        for (int i = 0; i < 50; i++) {
            rate.record(START);
        }

        assertThat(rate.perSecond()).isEqualTo(5);
    }

    @Test
    void forgetsWhatIsOlderThanTheWindow() {
        rate.record(START);

        now.set(START.plusSeconds(9));
        double inside = rate.perSecond();
        now.set(START.plusSeconds(10));
        double outside = rate.perSecond();

        assertThat(inside).isEqualTo(0.1);
        assertThat(outside).isZero();
    }

    @Test
    void leavesOutAnOldBacklog() {
        rate.record(START.minusSeconds(3600));

        assertThat(rate.perSecond()).isZero();
    }

    @Test
    void countsWhatComesFromTheFutureAsNow() {
        rate.record(START.plusSeconds(600));

        assertThat(rate.perSecond()).isEqualTo(0.1);
    }

    @Test
    void survivesAJumpOfTheClock() {
        rate.record(START);
        now.set(START.plus(Duration.ofDays(400)));
        rate.record(now.get());

        now.set(START);

        assertThat(rate.perSecond()).isEqualTo(0.1);
    }
}
