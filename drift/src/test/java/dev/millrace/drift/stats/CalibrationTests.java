package dev.millrace.drift.stats;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Small cells of what {@code ./millrace bench drift} measures whole; each window has a reference of its own. */
class CalibrationTests {
    private static final int WINDOWS = 3000;
    private static final int REFERENCE = 500;

    private final SplittableRandom random = new SplittableRandom(17);

    @ParameterizedTest
    @CsvSource({"normal, 50", "normal, 200", "log-normal, 100"})
    void alarmsAsOftenAsItSays(String law, int rows) {
        int alarms = alarms(0.01, () -> Combined.test(counts(law, REFERENCE, rows, 0, 1)));

        // 99 % of the binomial law of 3,000 windows at 1 %: 17 to 45. Its upper end widened by a quarter.
        assertThat(alarms).isBetween(17, 56);
    }

    @ParameterizedTest
    @ValueSource(ints = {50, 200})
    void alarmsNoMoreOftenOnHeavyTies(int rows) {
        assertThat(alarms(0.01, () -> Combined.test(counts("ties", REFERENCE, rows, 0, 1))))
                .isLessThanOrEqualTo(56);
    }

    @ParameterizedTest
    @CsvSource({"3, 50", "10, 50", "10, 200", "50, 100", "50, 500"})
    void alarmsNoMoreOftenOnCategories(int categories, int rows) {
        double[] weights = new double[categories];
        for (int i = 0; i < categories; i++) {
            weights[i] = 1 / Math.pow(i + 1, 1.2);
        }

        double[] pValues = DoubleStream.generate(
                        () -> Categories.guarded(histogram(weights, REFERENCE), histogram(weights, rows))
                                .pValue())
                .limit(WINDOWS)
                .toArray();

        long often = DoubleStream.of(pValues).filter(p -> p <= 0.01).count();
        long seldom = DoubleStream.of(pValues).filter(p -> p <= 0.001).count();
        assertThat(often).isLessThanOrEqualTo(56);
        // 99 % at 0.1 %: 0 to 8.
        assertThat(seldom).isLessThanOrEqualTo(10);
    }

    @ParameterizedTest
    @CsvSource({"100, 10", "500, 10", "50, 3"})
    void knowsTheThresholdOfTheStabilityIndex(int rows, int bins) {
        double[] weights = DoubleStream.generate(() -> 1).limit(bins).toArray();

        assertThat(alarms(0.01, () -> Divergences.stability(histogram(weights, REFERENCE), histogram(weights, rows))))
                .isBetween(17, 56);
    }

    @Test
    void findsAShiftOfAFifthOfADeviationInFiveHundredRows() {
        assertThat(found(5000, 500, 0.2, 1)).isGreaterThanOrEqualTo(0.9);
    }

    @Test
    void findsAShiftOfATenthOfADeviationInFiveThousandRows() {
        assertThat(found(5000, 5000, 0.1, 1)).isGreaterThanOrEqualTo(0.97);
    }

    @Test
    void findsThatASeriesSpreadsBy15PercentInAThousandRows() {
        assertThat(found(5000, 1000, 0, 1.15)).isGreaterThanOrEqualTo(0.9);
    }

    /** Share of 400 windows found at 1 %. */
    private double found(int reference, int rows, double shift, double deviation) {
        int found = 0;
        for (int window = 0; window < 400; window++) {
            found += Combined.test(counts("normal", reference, rows, shift, deviation))
                                    .pValue()
                            <= 0.01
                    ? 1
                    : 0;
        }
        return found / 400.0;
    }

    private static int alarms(double level, Supplier<TestResult> window) {
        int alarms = 0;
        for (int i = 0; i < WINDOWS; i++) {
            alarms += window.get().pValue() <= level ? 1 : 0;
        }
        return alarms;
    }

    private OrderedCounts counts(String law, int reference, int rows, double shift, double deviation) {
        return OrderedCounts.ofSamples(sample(law, reference, 0, 1), sample(law, rows, shift, deviation));
    }

    private double[] sample(String law, int rows, double shift, double deviation) {
        var sample = new double[rows];
        for (int i = 0; i < rows; i++) {
            double normal = shift + deviation * random.nextGaussian();
            sample[i] = switch (law) {
                case "normal" -> normal;
                case "log-normal" -> Math.exp(normal);
                default -> Math.rint(2 * normal);
            };
        }
        return sample;
    }

    private long[] histogram(double[] weights, int rows) {
        double total = DoubleStream.of(weights).sum();
        var counts = new long[weights.length];
        for (int row = 0; row < rows; row++) {
            double left = random.nextDouble() * total;
            int category = 0;
            while (category < weights.length - 1 && left >= weights[category]) {
                left -= weights[category++];
            }
            counts[category]++;
        }
        return counts;
    }
}
