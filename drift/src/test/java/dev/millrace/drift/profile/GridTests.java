package dev.millrace.drift.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.drift.stats.KolmogorovSmirnov;
import dev.millrace.drift.stats.OrderedCounts;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GridTests {
    private final SplittableRandom random = new SplittableRandom(1);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void measuresTheDistanceToATenthOfAPercentagePoint(int law) {
        double[] reference = sample(20_000, law, 0);
        var grid = Grid.of(reference);
        for (double shift : new double[] {0, 0.05, 0.3, 2}) {
            double[] current = sample(3000, law, shift);

            double exact = KolmogorovSmirnov.test(OrderedCounts.ofSamples(reference, current))
                    .statistic();
            double onGrid = KolmogorovSmirnov.test(
                            OrderedCounts.of(grid.values(), grid.count(reference), grid.count(current)))
                    .statistic();

            assertThat(onGrid).isCloseTo(exact, within(0.001));
        }
    }

    @Test
    void givesFrequentValuesBinsOfTheirOwn() {
        double[] reference = DoubleStream.concat(DoubleStream.generate(() -> 3).limit(500), random.doubles(500))
                .toArray();
        var grid = Grid.of(reference);

        assertThat(grid.indexOf(3)).isNotEqualTo(grid.indexOf(Math.nextDown(3.0)));
        assertThat(grid.indexOf(3)).isNotEqualTo(grid.indexOf(Math.nextUp(3.0)));
        assertThat(grid.count(reference)[grid.indexOf(3)]).isEqualTo(500);
    }

    @Test
    void fitsInto64KiBWithItsCounts() {
        double[] worst = DoubleStream.concat(
                        random.ints(1_000_000, 0, 1020).asDoubleStream(), random.doubles(1_000_000))
                .toArray();

        assertThat(Grid.of(worst).size() * 2 * Double.BYTES).isLessThanOrEqualTo(64 * 1024);
    }

    @Test
    void countsInfinitiesAtTheEndsAndNoNaN() {
        var grid = Grid.of(new double[] {1, 2, 3});

        long[] counts =
                grid.count(new double[] {Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, Double.NaN, -0.0, 0.0});

        assertThat(counts[0]).isEqualTo(3);
        assertThat(counts[grid.size() - 1]).isEqualTo(1);
        assertThat(counts).hasSize(grid.size());
    }

    @Test
    void readsItsOwnEdges() {
        var grid = Grid.of(sample(5000, 0, 0));

        assertThat(Grid.ofEdges(grid.edges()).edges()).containsExactly(grid.edges());
    }

    @Test
    void refusesWhatIsNoGrid() {
        assertThatThrownBy(() -> Grid.of(new double[] {Double.NaN}))
                .hasMessage("sample: no finite value (expected: one or more)");
        assertThatThrownBy(() -> Grid.ofEdges(new double[] {1, 1}))
                .hasMessage("edges[1]: 1.0 (expected: finite, above the one before)");
        assertThatThrownBy(() -> Grid.ofEdges(new double[0])).hasMessage("edges: 0 (expected: 1 to 4096)");
    }

    private double[] sample(int rows, int law, double shift) {
        return DoubleStream.generate(() -> switch (law) {
                    case 0 -> random.nextGaussian() + shift;
                    case 1 -> Math.exp(random.nextGaussian() + shift);
                    case 2 -> Math.floor(random.nextDouble() * 5 + shift);
                    default ->
                        random.nextDouble() < 0.4 + shift / 10 ? 0 : Math.rint(random.nextGaussian() * 300) / 100;
                })
                .limit(rows)
                .toArray();
    }
}
