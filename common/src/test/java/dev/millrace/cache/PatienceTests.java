package dev.millrace.cache;

import static dev.millrace.cache.Replica.FOREVER;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PatienceTests {
    @Test
    void leavesTimeToCompute() {
        var patience = new Patience(Duration.ofSeconds(9));

        assertThat(patience.isOver(Duration.ofSeconds(8))).isFalse();
        assertThat(patience.isOver(Duration.ofSeconds(9))).isTrue();
    }

    @Test
    void endsSomeTimeWithoutADeadlineToo() {
        var patience = new Patience(FOREVER);

        assertThat(patience.isOver(Duration.ofSeconds(14))).isFalse();
        assertThat(patience.isOver(Duration.ofSeconds(15))).isTrue();
    }

    @Test
    void isOverWhereTheDeadlineIs() {
        assertThat(new Patience(Duration.ofSeconds(Long.MIN_VALUE)).isOver(Duration.ofMillis(50)))
                .isTrue();
    }

    @Test
    void endsWithTheEarlierOfTwo() {
        var patience = new Patience(FOREVER);

        patience.noLongerThan(new Patience(Duration.ofSeconds(9)));
        patience.noLongerThan(new Patience(Duration.ofSeconds(12)));

        assertThat(patience.isOver(Duration.ofSeconds(8))).isFalse();
        assertThat(patience.isOver(Duration.ofSeconds(9))).isTrue();
    }

    @Test
    void pausesLongerForManyKeys() {
        long begin = System.nanoTime();

        new Patience(FOREVER).pause(Duration.ZERO, 1000);

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofMillis(100));
    }

    @Test
    void endsForWhoeverIsInterruptedAndLeavesThatToBeSeen() {
        var patience = new Patience(FOREVER);
        Thread.currentThread().interrupt();

        patience.pause(Duration.ofSeconds(1), 1);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(patience.isOver(Duration.ofSeconds(1))).isTrue();
    }
}
