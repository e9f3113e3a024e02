package dev.millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class FiguresTests {
    @Test
    void takesTheMedianOfAnyNumberOfRuns() {
        assertThat(figure(3.0, 1.0, 2.0).median()).isEqualTo(2);
        assertThat(figure(4.0, 1.0, 2.0, 3.0).median()).isEqualTo(2.5);
        assertThat(figure(7.0).median()).isEqualTo(7);
        assertThat(figure(3.0, 1.0, 2.0).least()).isEqualTo(1);
        assertThat(figure(3.0, 1.0, 2.0).most()).isEqualTo(3);
    }

    @Test
    void refusesAFigureWithoutARun() {
        assertThatThrownBy(FiguresTests::figure).hasMessage("runs: none (expected: one or more)");
    }

    @Test
    void keepsRunsOfOneVariantTogetherAndComparesRunByRun() {
        var figures = new Figures();
        figures.add("time", "off", "ms", 10);
        figures.add("time", "on", "ms", 1);
        figures.add("time", "off", "ms", 30);
        figures.add("time", "on", "ms", 2);
        figures.addRatio("off / on", "ratio", "time\noff", "time\non", "");

        assertThat(figures.all())
                .extracting(Figure::variant, Figure::runs)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("off", List.of(10.0, 30.0)),
                        org.assertj.core.groups.Tuple.tuple("on", List.of(1.0, 2.0)),
                        org.assertj.core.groups.Tuple.tuple("ratio", List.of(10.0, 15.0)));
    }

    @Test
    void refusesToCompareWhatWasNotMeasured() {
        var figures = new Figures();
        figures.add("time", "off", "ms", 10);
        assertThatThrownBy(() -> figures.addRatio("off / on", "ratio", "time\noff", "time\non", ""))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static Figure figure(Double... runs) {
        return new Figure("time", "off", "ms", List.of(runs), "");
    }
}
