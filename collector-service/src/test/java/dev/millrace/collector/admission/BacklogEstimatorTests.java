package dev.millrace.collector.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class BacklogEstimatorTests {
    private static final Offset<Double> CLOSE = within(2.0);

    private final BacklogEstimator estimator = new BacklogEstimator();
    private Instant now = Instant.parse("2026-01-01T12:00:00Z");
    private long done;
    private Backlog backlog = Backlog.NONE;

    /** Samples twice a second while so many are done in each. */
    private void run(int seconds, double perSecond, long waiting) {
        for (int i = 0; i < 2 * seconds; i++) {
            now = now.plusMillis(500);
            done += Math.round(perSecond / 2);
            backlog = estimator.take(now, waiting, done);
        }
    }

    private double drainSeconds() {
        return backlog.drainTime().toMillis() / 1e3;
    }

    @Test
    void dividesWhatWaitsByWhatIsDone() {
        run(20, 50, 2_000);

        assertThat(backlog.perSecond()).isCloseTo(50, CLOSE);
        assertThat(drainSeconds()).isCloseTo(40, CLOSE);
    }

    @Test
    void takesAQuietPipelineForAsFastAsItWas() {
        run(20, 100, 500);
        run(30, 2, 500);

        assertThat(drainSeconds()).isCloseTo(5, within(0.5));
    }

    @Test
    void forgetsHowFastThePipelineWasAMinuteAgo() {
        run(20, 100, 500);
        run(70, 10, 500);

        assertThat(drainSeconds()).isCloseTo(50, CLOSE);
    }

    @Test
    void countsHowLongNothingIsDone() {
        run(10, 100, 50);
        run(12, 0, 50);

        assertThat(backlog.standing()).isEqualTo(Duration.ofSeconds(12));
        assertThat(drainSeconds()).isEqualTo(12);

        run(1, 2, 50);

        assertThat(drainSeconds()).isZero();
    }

    @Test
    void takesNothingToDoForNoBacklog() {
        run(30, 0, 0);

        assertThat(backlog.drainTime()).isZero();
    }

    @Test
    void takesAFewForNoBacklogHoweverSlowThePipelineIs() {
        run(20, 2, 99);

        assertThat(backlog.drainTime()).isZero();
    }

    @Test
    void beginsAnewWhereGroupsWereSetBack() {
        run(20, 100, 500);
        done = 0;
        run(20, 10, 500);

        assertThat(drainSeconds()).isCloseTo(50, CLOSE);
    }

    @Test
    void boundsWhatCannotBeKnown() {
        assertThat(new Backlog(Long.MAX_VALUE / 2_000, 1e-3, Duration.ZERO).drainTime())
                .isEqualTo(Duration.ofDays(1));
        assertThat(new Backlog(1_000, 0, Duration.ZERO).drainTime()).isZero();
    }
}
