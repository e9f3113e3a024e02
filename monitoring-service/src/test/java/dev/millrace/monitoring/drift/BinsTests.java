package dev.millrace.monitoring.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BinsTests {
    @Test
    void makesTenBinsOfASpreadOutSeries() {
        var bins = Bins.of(Samples.reference("x", IntStream.range(0, 1000).asDoubleStream()));

        assertThat(bins.size()).isEqualTo(10);
        assertThat(bins.referenceCounts()).containsOnly(100);
        assertThat(bins.indexOf(-1e9)).isZero();
        assertThat(bins.indexOf(1e9)).isEqualTo(9);
    }

    @Test
    void putsAValueOnAnEdgeIntoTheBinBelow() {
        var bins = Bins.of(Samples.reference("x", IntStream.rangeClosed(1, 1000).asDoubleStream()));

        assertThat(bins.indexOf(100)).isZero();
        assertThat(bins.indexOf(Math.nextUp(100.0))).isEqualTo(1);
    }

    @Test
    void givesAFrequentValueItsExactWeight() {
        var mostlyZero = DoubleStream.concat(
                DoubleStream.generate(() -> 0).limit(623),
                IntStream.range(0, 377).mapToDouble(i -> 1 + i));

        var bins = Bins.of(Samples.reference("links", mostlyZero));

        assertThat(bins.referenceCounts()[bins.indexOf(0)]).isEqualTo(623);
        assertThat(Arrays.stream(bins.referenceCounts()).sum()).isEqualTo(1000);
    }

    @Test
    void leavesNoBinTooLight() {
        var few = IntStream.range(0, 1000).mapToDouble(i -> i < 5 ? 0 : i < 500 ? 1 : i < 998 ? 2 : 3);

        var bins = Bins.of(Samples.reference("x", few));

        assertThat(Arrays.stream(bins.referenceCounts()).min().orElseThrow()).isGreaterThanOrEqualTo(25);
    }

    @Test
    void tellsAnyOtherValueFromAConstant() {
        var bins = Bins.of(Samples.reference("x", DoubleStream.generate(() -> 7).limit(100)));

        assertThat(List.of(bins.indexOf(6.9), bins.indexOf(7), bins.indexOf(7.1)))
                .containsExactly(0, 1, 2);
    }

    @Test
    void refusesQuantilesThatFall() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Reference.ofQuantiles("x", 10, List.of(1.0, 0.0)))
                .withMessageContaining("x.quantiles[1]");
    }

    @Test
    void refusesAnEmptyReference() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Reference.ofQuantiles("x", 0, Collections.nCopies(21, 0.0)))
                .withMessage("x.count: 0 (expected: 1 or more)");
    }
}
