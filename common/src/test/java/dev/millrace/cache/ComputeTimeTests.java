package dev.millrace.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ComputeTimeTests {
    private final ComputeTime time = new ComputeTime();

    @Test
    void takesTheFirstComputationForADearOne() {
        assertThat(time.expected(32)).isEqualTo(RedisTier.DEAR);
    }

    @Test
    void growsWithTheValues() {
        time.took(10, Duration.ofMillis(200).toNanos());

        assertThat(time.expected(3)).isEqualTo(Duration.ofMillis(60));
    }

    @Test
    void doublesAtTheMost() {
        time.took(1, Duration.ofMillis(80).toNanos());
        time.took(1, Duration.ofSeconds(5).toNanos());

        assertThat(time.expected(1)).isEqualTo(Duration.ofMillis(160));
    }

    @Test
    void risesAtOnceAndFallsSlowly() {
        time.took(1, Duration.ofMillis(80).toNanos());
        time.took(1, Duration.ofMillis(160).toNanos());
        assertThat(time.expected(1)).isEqualTo(Duration.ofMillis(160));

        time.took(1, Duration.ofMillis(80).toNanos());
        assertThat(time.expected(1)).isEqualTo(Duration.ofMillis(150));
    }
}
