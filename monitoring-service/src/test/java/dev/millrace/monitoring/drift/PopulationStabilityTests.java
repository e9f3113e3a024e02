package dev.millrace.monitoring.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PopulationStabilityTests {
    private enum Law {
        NORMAL(Random::nextGaussian),
        LOG_NORMAL(random -> Math.exp(random.nextGaussian())),
        MOSTLY_ZERO(random -> random.nextInt(10) < 6 ? 0 : random.nextInt(1, 5)),
        THREE_VALUES(random -> random.nextInt(3));

        private final ToDoubleFunction<Random> draw;

        Law(ToDoubleFunction<Random> draw) {
            this.draw = draw;
        }

        DoubleStream sample(Random random, int rows) {
            return DoubleStream.generate(() -> draw.applyAsDouble(random)).limit(rows);
        }
    }

    @Test
    void isNothingForEqualHistograms() {
        assertThat(PopulationStability.index(new long[] {100, 300}, new long[] {100, 300}))
                .isZero();
    }

    /** (0.6 − 0.5) ln(0.6 / 0.5) + (0.4 − 0.5) ln(0.4 / 0.5), which the half added to each count moves a little. */
    @Test
    void isTheSumOverTheBins() {
        double index = PopulationStability.index(new long[] {50_000, 50_000}, new long[] {60_000, 40_000});

        assertThat(index).isCloseTo(0.0405465, within(1e-5));
    }

    @Test
    void refusesHistogramsOfOtherBins() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PopulationStability.index(new long[2], new long[3]))
                .withMessage("current.length: 3 (expected: 2)");
    }

    /** χ²(9) stays below 16.918978 with probability 0.95: any table of the law. */
    @Test
    void takesTheThresholdFromTheChiSquareLaw() {
        assertThat(PopulationStability.threshold(1000, 500, 10, 0.05))
                .isCloseTo((1.0 / 1000 + 1.0 / 500) * 16.918978, within(1e-8));
    }

    /** Bounds of 4 standard deviations of 4,000 draws around the nominal 1 %, a quarter wider above. */
    @ParameterizedTest
    @EnumSource
    void seldomCrossesTheThresholdWhenNothingChanged(Law law) {
        var random = new Random(7);
        int windows = 4_000;
        int alarms = 0;
        for (int window = 0; window < windows; window++) {
            var bins = Bins.of(Samples.reference("x", law.sample(random, 2_000)));
            var current = new long[bins.size()];
            law.sample(random, 500).forEach(value -> current[bins.indexOf(value)]++);
            double threshold = PopulationStability.threshold(2_000, 500, bins.size(), 0.01);
            alarms += PopulationStability.index(bins.referenceCounts(), current) > threshold ? 1 : 0;
        }

        assertThat(alarms / (double) windows).isBetween(0.0037, 0.0163 * 1.25);
    }
}
