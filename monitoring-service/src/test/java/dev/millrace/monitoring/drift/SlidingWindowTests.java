package dev.millrace.monitoring.drift;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SlidingWindowTests {
    private final Bins bins =
            Bins.of(Samples.reference("x", IntStream.range(0, 100).asDoubleStream()));
    private final SlidingWindow window = new SlidingWindow(bins, 3);

    @Test
    void forgetsTheOldestOnceItIsFull() {
        for (double value : new double[] {0, 0, 99, 99, 99}) {
            window.add(value);
        }

        assertThat(window.rows()).isEqualTo(3);
        assertThat(window.counts()[9]).isEqualTo(3);
        assertThat(window.counts()[0]).isZero();
    }
}
