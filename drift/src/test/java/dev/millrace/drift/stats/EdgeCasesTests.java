package dev.millrace.drift.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Where textbooks and libraries have no answer. */
class EdgeCasesTests {
    private static final double[] NONE = {};
    private static final double[] SOME = {1, 2, 3};

    @Test
    void findsNothingInNothing() {
        for (var counts : new OrderedCounts[] {
            OrderedCounts.ofSamples(NONE, SOME),
            OrderedCounts.ofSamples(SOME, NONE),
            OrderedCounts.ofSamples(SOME, new double[] {Double.NaN, Double.NaN})
        }) {
            assertThat(KolmogorovSmirnov.test(counts)).isEqualTo(TestResult.UNDECIDED);
            assertThat(RankTests.mannWhitney(counts)).isEqualTo(TestResult.UNDECIDED);
            assertThat(RankTests.mood(counts)).isEqualTo(TestResult.UNDECIDED);
            assertThat(Combined.test(counts)).isEqualTo(TestResult.UNDECIDED);
            assertThat(Wasserstein.test(counts, 10, new SplittableRandom(1))).isEqualTo(TestResult.UNDECIDED);
            assertThat(Wasserstein.distance(counts)).isNaN();
            assertThat(RankTests.cliffsDelta(counts)).isZero();
        }
    }

    @Test
    void findsNothingInEmptyHistograms() {
        long[] some = {3, 4};
        long[] none = {0, 0};

        assertThat(Categories.guarded(some, none)).isEqualTo(TestResult.UNDECIDED);
        assertThat(Categories.guarded(none, some)).isEqualTo(TestResult.UNDECIDED);
        assertThat(Divergences.stability(some, none)).isEqualTo(TestResult.UNDECIDED);
        assertThat(Divergences.jensenShannon(none, some)).isNaN();
        assertThat(Divergences.hellinger(some, none)).isNaN();
        assertThat(Categories.cramersV(none, some)).isZero();
    }

    @Test
    void findsOneValueThatStaysTheSame() {
        var counts = OrderedCounts.ofSamples(new double[] {7, 7, 7}, new double[] {7, 7});

        assertThat(Combined.test(counts)).isEqualTo(new TestResult(0, 1));
        assertThat(RankTests.mood(counts)).isEqualTo(new TestResult(0, 1));
        assertThat(Categories.guarded(new long[] {5}, new long[] {9})).isEqualTo(new TestResult(0, 1));
    }

    @Test
    void takesInfinitiesForTheEndsOfTheLine() {
        double infinite = Double.POSITIVE_INFINITY;

        assertThat(Wasserstein.distance(OrderedCounts.ofSamples(SOME, new double[] {1, 2, infinite})))
                .isEqualTo(infinite);
        assertThat(Wasserstein.distance(
                        OrderedCounts.ofSamples(new double[] {1, infinite}, new double[] {2, infinite})))
                .isEqualTo(0.5);
    }

    @Test
    void takesMinusZeroForZero() {
        var counts = OrderedCounts.ofSamples(new double[] {-0.0, 0.0}, new double[] {0.0, -0.0});

        assertThat(KolmogorovSmirnov.test(counts).statistic()).isZero();
    }

    @Test
    void agreesWithTheExactLawWhereItTakesTheLimit() {
        var random = new SplittableRandom(3);
        double[] reference = random.doubles(60_000).toArray();
        double[] current = random.doubles(20_000).map(x -> x * 1.012).toArray();

        var limit = KolmogorovSmirnov.test(OrderedCounts.ofSamples(reference, current));

        double rows = 15_000;
        double first = 2 * Math.exp(-2 * rows * limit.statistic() * limit.statistic());
        assertThat(limit.pValue()).isCloseTo(first, within(0.05 * first)).isLessThan(0.2);
    }

    @Test
    void refusesHistogramsOfTwoLengths() {
        assertThatThrownBy(() -> Categories.chiSquare(new long[2], new long[3]))
                .hasMessage("current.length: 3 (expected: 2)");
    }

    @Test
    void adjustsPValuesForTheirNumberAndDependence() {
        double[] adjusted = FalseDiscovery.adjusted(new double[] {0.04, 0.001, 0.9});

        double harmonic = 1 + 1 / 2.0 + 1 / 3.0;
        assertThat(adjusted[1]).isCloseTo(0.001 * 3 * harmonic, within(1e-12));
        assertThat(adjusted[0]).isCloseTo(0.04 * 3 * harmonic / 2, within(1e-12));
        assertThat(adjusted[2]).isEqualTo(1);
    }

    @Test
    void keepsAdjustedPValuesInTheOrderOfThePValues() {
        double[] pValues = new SplittableRandom(5).doubles(50).toArray();
        double[] adjusted = FalseDiscovery.adjusted(pValues);

        Arrays.sort(pValues);
        Arrays.sort(adjusted);

        assertThat(FalseDiscovery.adjusted(pValues)).containsExactly(adjusted);
    }

    @Test
    void stopsDealingRowsOnceTheyAreClearlyAlike() {
        var draws = new int[1];

        double pValue = SequentialPValue.of(0, 1000, () -> draws[0]++ % 2);

        assertThat(pValue).isEqualTo(1);
        assertThat(draws[0]).isEqualTo(10);
    }

    @Test
    void findsAWassersteinDistanceThatChanceDoesNotMake() {
        var random = new SplittableRandom(8);
        double[] reference = random.doubles(500).toArray();
        double[] moved = random.doubles(200).map(x -> x + 0.15).toArray();

        var result = Wasserstein.test(OrderedCounts.ofSamples(reference, moved), 999, random);

        assertThat(result.pValue()).isEqualTo(0.001);
        assertThat(result.statistic()).isCloseTo(0.15, within(0.03));
    }
}
