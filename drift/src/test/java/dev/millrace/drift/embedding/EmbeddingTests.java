package dev.millrace.drift.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.drift.stats.TestResult;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** On vectors of 32 dimensions with correlated elements. */
class EmbeddingTests {
    private static final int SIZE = 32;
    private static final int PERMUTATIONS = 199;
    /** Of 14 that are expected: the 90 % point of the binomial law. Of half the p-values 20 would be. */
    private static final int TAIL_ALARMS = 19;

    private final SplittableRandom random = new SplittableRandom(11);

    /** With references of their own: windows that share one share its luck. */
    @Test
    void staysCalmWhileNothingChanges() {
        int byDiscrepancy = 0;
        int byClassifier = 0;
        for (int window = 0; window < 500; window++) {
            var reference = rows(400);
            var rows = rows(60);
            byDiscrepancy += new MeanDiscrepancy(reference)
                                    .test(rows, PERMUTATIONS, window)
                                    .pValue()
                            <= 0.05
                    ? 1
                    : 0;
            byClassifier += new DomainClassifier(reference).test(rows).test().pValue() <= 0.05 ? 1 : 0;
        }

        // 25 are expected; the 99.9 % interval of the binomial law.
        assertThat(byDiscrepancy).isBetween(10, 42);
        assertThat(byClassifier).isBetween(10, 42);
    }

    /** As many rows of reference as of the window, and few to a dimension: what the covariance has seen must not be scored. */
    @Test
    void staysCalmInManyDimensionsToo() {
        int alarms = 0;
        for (int window = 0; window < 200; window++) {
            var classifier = new DomainClassifier(plain(500, 128));
            alarms += classifier.test(plain(500, 128)).test().pValue() <= 0.05 ? 1 : 0;
        }

        // 10 are expected at the most; the upper end of the 99 % interval of the binomial law.
        assertThat(alarms).isLessThanOrEqualTo(19);
    }

    @Test
    void findsAFewDimensionsThatMoved() {
        var reference = rows(800);
        var rows = rows(500);
        for (var row : rows) {
            row[3] += 0.5f;
            row[17] -= 0.5f;
        }

        var finding = new DomainClassifier(reference).test(rows);

        assertThat(finding.test().pValue()).isLessThan(1e-6);
        assertThat(finding.test().statistic()).isGreaterThan(0.6);
        assertThat(greatest(finding.shares(), 2)).containsExactlyInAnyOrder(3, 17);
        assertThat(new MeanDiscrepancy(reference).test(rows, PERMUTATIONS, 1).pValue())
                .isLessThan(0.01);
    }

    @Test
    void namesTheRowsThatAreUnlikeTheReference() {
        var rows = rows(300);
        for (int i = 0; i < 20; i++) {
            for (int j = 0; j < 8; j++) {
                rows[i][j] += 3;
            }
        }

        var scores = new DomainClassifier(rows(800)).test(rows).scores();

        assertThat(Arrays.stream(greatest(scores, 10)).boxed()).allMatch(row -> row < 20);
    }

    @Test
    void findsACorrelationThatTurnedThoughEachDimensionStaysTheSame() {
        var turned = new MeanDiscrepancy(pairs(2000, 0.6));

        assertThat(turned.test(pairs(1000, -0.6), PERMUTATIONS, 1).pValue()).isLessThan(0.01);
    }

    /** The level of a window is far below what permutations can tell. */
    @Test
    void tellsSmallPValuesOfTheDiscrepancyToo() {
        var reference = rows(500);
        var rows = rows(500);
        for (var row : rows) {
            row[5] += 1;
            row[9] -= 1;
        }

        assertThat(new MeanDiscrepancy(reference).test(rows, PERMUTATIONS, 1).pValue())
                .isBetween(Double.MIN_NORMAL, 1e-7);
    }

    /** With so few permutations that the tail decides: with 19, 14 of 3,000 are expected at 0.005. */
    @Test
    void staysCalmByTheTailToo() {
        assertThat(alarmsByTheTail(this::rows)).isLessThanOrEqualTo(TAIL_ALARMS);
    }

    /** One row in 33 is of a clump far from the others, in samples of unequal size. */
    @Test
    void staysCalmByTheTailWhereRowsAreClumped() {
        assertThat(alarmsByTheTail(this::clumped)).isLessThanOrEqualTo(TAIL_ALARMS);
    }

    private static int alarmsByTheTail(IntFunction<float[][]> rows) {
        int alarms = 0;
        for (int window = 0; window < 3000; window++) {
            var test = new MeanDiscrepancy(rows.apply(200)).test(rows.apply(50), 19, window);
            alarms += test.pValue() <= 0.005 ? 1 : 0;
        }
        return alarms;
    }

    /** The normal law takes the few rows of the clump for more certain than they are. */
    @Test
    void leavesItToThePermutationsWhereAllRowsButAClumpAreTheSame() {
        var reference = new float[500][SIZE];
        reference[7][0] = 100;
        var rows = new float[100][SIZE];
        for (int i = 0; i < 50; i++) {
            rows[i][0] = 100;
        }

        assertThat(new MeanDiscrepancy(reference).test(rows, PERMUTATIONS, 1).pValue())
                .isEqualTo(1.0 / (PERMUTATIONS + 1));
    }

    @Test
    void measuresHowFarApartSamplesAre() {
        var distance = new FrechetDistance(rows(500));
        var shifted = rows(500);
        var wide = rows(500);
        for (int i = 0; i < 500; i++) {
            for (int j = 0; j < SIZE; j++) {
                shifted[i][j] += 1;
                wide[i][j] *= 2;
            }
        }

        double same = distance.of(rows(500));

        // By chance some 9 / 500 + 9 / 500.
        assertThat(same).isBetween(0.01, 0.06);
        // |1|² of a variance of about 1.245 in each of the dimensions.
        assertThat(distance.of(shifted)).isBetween(0.75, 0.95);
        // (2 − 1)² of the variance.
        assertThat(distance.of(wide)).isBetween(0.9, 1.2);
        assertThat(distance.of(new float[1][SIZE])).isZero();
        assertThat(new FrechetDistance(new float[40][8]).of(new float[10][8])).isZero();
    }

    @Test
    void givesTheSameValueForTheSameRowsAndSeed() {
        var discrepancy = new MeanDiscrepancy(rows(100));
        var rows = rows(50);

        assertThat(discrepancy.test(rows, PERMUTATIONS, 4)).isEqualTo(discrepancy.test(rows, PERMUTATIONS, 4));
    }

    @Test
    void findsNothingInNothing() {
        var reference = rows(100);

        assertThat(new MeanDiscrepancy(reference).test(new float[0][], PERMUTATIONS, 1))
                .isEqualTo(TestResult.UNDECIDED);
        assertThat(new DomainClassifier(reference).test(rows(3)).test()).isEqualTo(TestResult.UNDECIDED);
    }

    @Test
    void findsNothingWhereAllRowsAreOne() {
        var same = new float[40][8];
        var classifier = new DomainClassifier(same).test(new float[10][8]).test();

        assertThat(classifier.pValue()).isEqualTo(0.5);
        assertThat(new MeanDiscrepancy(same)
                        .test(new float[10][8], PERMUTATIONS, 1)
                        .pValue())
                .isEqualTo(1);
    }

    private static int[] greatest(double[] values, int count) {
        return IntStream.range(0, values.length)
                .boxed()
                .sorted((a, b) -> Double.compare(values[b], values[a]))
                .limit(count)
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private float[][] rows(int count) {
        var rows = new float[count][SIZE];
        for (var row : rows) {
            double common = random.nextGaussian();
            for (int j = 0; j < SIZE; j++) {
                row[j] = (float) (random.nextGaussian() + 0.7 * common * Math.sin(j));
            }
        }
        return rows;
    }

    private float[][] clumped(int count) {
        var rows = rows(count);
        for (var row : rows) {
            if (random.nextInt(33) == 0) {
                Arrays.fill(row, 10);
            }
        }
        return rows;
    }

    private float[][] plain(int count, int size) {
        var rows = new float[count][size];
        for (var row : rows) {
            for (int i = 0; i < size; i++) {
                row[i] = (float) random.nextGaussian();
            }
        }
        return rows;
    }

    private float[][] pairs(int count, double correlation) {
        var rows = new float[count][2];
        Arrays.setAll(rows, i -> {
            double first = random.nextGaussian();
            double second = random.nextGaussian();
            return new float[] {
                (float) first, (float) (correlation * first + Math.sqrt(1 - correlation * correlation) * second)
            };
        });
        return rows;
    }
}
