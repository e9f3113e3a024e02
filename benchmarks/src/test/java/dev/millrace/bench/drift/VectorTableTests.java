package dev.millrace.bench.drift;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bench.drift.Population.Change;
import dev.millrace.bench.drift.VectorTable.Cell;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class VectorTableTests {
    private static final Change NOTHING = new Change("nothing", false, 0);
    private static final Change MOVED = new Change("moved", true, 0);

    /** Rows whose elements all moved by {@code shift} standard deviations. */
    static float[][] rows(SplittableRandom random, int count, int size, double shift) {
        var rows = new float[count][size];
        for (float[] row : rows) {
            for (int i = 0; i < size; i++) {
                row[i] = (float) (random.nextGaussian() + shift);
            }
        }
        return rows;
    }

    private static final class Normal implements Population {
        @Override
        public String title() {
            return "normal";
        }

        @Override
        public List<Integer> references() {
            return List.of(200, 300);
        }

        @Override
        public List<Change> changes() {
            return List.of(NOTHING, MOVED);
        }

        @Override
        public Draw draw(SplittableRandom random) {
            var reference = rows(random, 300, 6, 0);
            return new Draw() {
                @Override
                public float[][] reference() {
                    return reference;
                }

                @Override
                public float[][] window(Change change, int rows) {
                    return VectorTableTests.rows(random, rows, 6, change.real() ? 0.6 : 0);
                }
            };
        }
    }

    private static double share(int rounds, long seed, Cell cell) {
        var shares = new VectorTable(new Normal(), List.of(100)).shares(rounds, seed, line -> {});
        return shares.getOrDefault(cell, -1.0);
    }

    @Test
    void callsWindowsDriftedWhereTheyAreAndHardlyEverElse() {
        var shares = new VectorTable(new Normal(), List.of(100)).shares(20, 1, line -> {});

        assertThat(shares).hasSize(2 * 2 * VectorDetector.values().length);
        shares.forEach((cell, share) -> {
            if (cell.change().equals(MOVED)) {
                assertThat(share).as(cell.toString()).isEqualTo(100);
            } else {
                // 99 % of the binomial law of 200 windows at 1 %: up to 7 of them; a quarter more.
                assertThat(share).as(cell.toString()).isLessThanOrEqualTo(4.5);
            }
        });
    }

    @Test
    void addsRoundsWhoseSeedsFollow() {
        var cell = new Cell(NOTHING, 100, 200, VectorDetector.DISCREPANCY);
        double together = share(6, 3, cell);

        double oneByOne = 0;
        for (int seed = 3; seed < 9; seed++) {
            oneByOne += share(1, seed, cell) / 6;
        }

        assertThat(together).isPositive().isEqualTo(oneByOne);
    }
}
