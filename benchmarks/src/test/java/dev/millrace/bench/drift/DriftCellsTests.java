package dev.millrace.bench.drift;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DriftCellsTests {
    @ParameterizedTest
    @CsvSource({"NORMAL, COMBINED", "NORMAL, GRID", "NORMAL, STABILITY_INDEX", "TIES, GRID", "FIFTY, CHI_SQUARE"})
    void alarmNoMoreOftenThanTheySay(Law law, Detector detector) {
        var cell = new Cell(law, 100, 0, 1);

        // 99 % of the binomial law of 400 windows at 1 %: up to 11 of them; a quarter more.
        assertThat(cell.alarms(detector, 400, 3, 0.01)[0]).isLessThanOrEqualTo(3.5);
    }

    @ParameterizedTest
    @CsvSource({"0.2, 1, 500, 90", "0, 1.15, 1000, 90"})
    void findAShiftOnTheGrid(double mean, double deviation, int rows, double share) {
        var cell = new Cell(Law.NORMAL, rows, mean, deviation);

        assertThat(cell.alarms(Detector.GRID, 200, 1, 0.01)[0]).isGreaterThanOrEqualTo(share);
    }

    @Test
    void pageAtMostOnceInAMonthOf410CalmSeries() {
        var fleet = new Fleet(410, 8640, 5.0 / (90 * 24 * 60));
        var pages =
                IntStream.range(0, 5).map(seed -> fleet.pages(seed)).sorted().toArray();

        assertThat(pages[2]).isLessThanOrEqualTo(1);
        assertThat(pages[4]).isLessThanOrEqualTo(3);
    }

    @Test
    void pageAShiftInATwentiethOfTheSeriesWithinFourWindows() {
        var fleet = new Fleet(410, 8640, 5.0 / (90 * 24 * 60));

        assertThat(IntStream.range(0, 50).map(seed -> fleet.delay(seed, 20, 0.3)))
                .allMatch(delay -> delay <= 4);
    }

    @Test
    void findEmbeddingsThatMoved() {
        var alarms = new Embeddings(24, 500).alarms(20, 1, 4, 0.4);

        assertThat(alarms.classifier()).isEqualTo(100);
        assertThat(alarms.discrepancy()).isGreaterThan(60);
    }
}
