package dev.millrace.drift.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FaultRepeatsTests {
    private final SplittableRandom random = new SplittableRandom(4);

    @ParameterizedTest
    @ValueSource(ints = {500, 30_000, 250_000, 400_000, 700_000})
    void areNoneAmongContentsThatAllDiffer(int rows) {
        long most = IntStream.range(0, 50)
                .mapToLong(_ -> FaultRepeats.of(buckets(rows)).atLeast())
                .max()
                .orElseThrow();

        // The share that is usual is 0.005.
        assertThat(most).isLessThanOrEqualTo(rows / 1000);
    }

    @ParameterizedTest
    @ValueSource(ints = {30_000, 130_000, 250_000})
    void varyAsLinearCountingDoes(int rows) {
        double load = (double) rows / FaultCounts.BUCKETS;
        // 5 % of the rows are one content, so that the estimate is never cut at 0.
        double[] found = IntStream.range(0, 200)
                .mapToDouble(_ ->
                        FaultRepeats.of(repeated(rows - rows / 20, rows / 20)).rows())
                .toArray();

        double mean = DoubleStream.of(found).average().orElseThrow();
        double deviation = Math.sqrt(
                DoubleStream.of(found).map(x -> (x - mean) * (x - mean)).sum() / found.length);
        double expected = Math.sqrt(FaultCounts.BUCKETS * (Math.expm1(0.95 * load) - 0.95 * load));
        assertThat(mean).isCloseTo(rows / 20.0, within(expected));
        assertThat(deviation).isCloseTo(expected, within(0.15 * expected));
    }

    @Test
    void areSeenInAWindowThatIsTooFullToCountContentsIfOneComesVeryOften() {
        var repeats = FaultRepeats.of(repeated(400_000, 20_000));

        assertThat(repeats.atLeast()).isBetween(19_900L, 20_000L);
    }

    private long[] buckets(int contents) {
        var buckets = new long[FaultCounts.BUCKETS];
        for (int i = 0; i < contents; i++) {
            buckets[random.nextInt(buckets.length)]++;
        }
        return buckets;
    }

    private long[] repeated(int contents, int repeats) {
        long[] buckets = buckets(contents);
        buckets[random.nextInt(buckets.length)] += repeats;
        return buckets;
    }
}
