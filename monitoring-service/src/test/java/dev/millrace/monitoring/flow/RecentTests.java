package dev.millrace.monitoring.flow;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RecentTests {
    @Test
    void keepsTheLastFewNewestFirst() {
        var recent = new Recent<Integer>(3);

        for (int i = 1; i <= 5; i++) {
            recent.add(i);
        }

        assertThat(recent.list()).containsExactly(5, 4, 3);
    }
}
