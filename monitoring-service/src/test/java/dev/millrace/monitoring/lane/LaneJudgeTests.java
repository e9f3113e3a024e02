package dev.millrace.monitoring.lane;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.monitoring.lane.LaneStatus.State;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LaneJudgeTests {
    private static final Instant START = Instant.parse("2026-11-22T12:00:00Z");

    private final LaneJudge judge = new LaneJudge(Duration.ofSeconds(30));

    @Test
    void callsALaneIdleThatHasNothingWaiting() {
        assertThat(state(reading(9L, null), 0)).isEqualTo(State.IDLE);
    }

    @Test
    void callsALaneMovingWhileItsNumberRises() {
        state(reading(5L, START.minusSeconds(100)), 0);
        var later = state(reading(6L, START.minusSeconds(90)), 60);

        assertThat(later).isEqualTo(State.MOVING);
    }

    @Test
    void callsALaneStalledWhoseNumberStandsWhileUploadsWait() {
        var first = state(reading(5L, START), 1);
        var early = state(reading(5L, START), 30);
        var late = state(reading(5L, START), 32);

        assertThat(first).isEqualTo(State.MOVING);
        assertThat(early).isEqualTo(State.MOVING);
        assertThat(late).isEqualTo(State.STALLED);
    }

    @Test
    void callsALaneStalledThatNeverHadAResult() {
        state(reading(null, START), 0);

        assertThat(state(reading(null, START), 31)).isEqualTo(State.STALLED);
    }

    @Test
    void letsALaneThatIdledStartAfresh() {
        state(reading(5L, null), 0);
        var woken = state(reading(5L, START.plusSeconds(100)), 101);

        assertThat(woken).isEqualTo(State.MOVING);
    }

    @Test
    void callsALaneForeignWhoseNumberIsOfAnotherTopic() {
        var reading = new LaneReading(0, 10, 5L, true, 10, START);

        assertThat(judge.judge(reading, START).state()).isEqualTo(State.FOREIGN);
    }

    private State state(LaneReading reading, int second) {
        return judge.judge(reading, START.plusSeconds(second)).state();
    }

    private static LaneReading reading(@Nullable Long number, @Nullable Instant oldest) {
        return new LaneReading(0, 10, number, false, oldest == null ? 0 : 4, oldest);
    }
}
