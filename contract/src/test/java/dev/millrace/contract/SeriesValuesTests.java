package dev.millrace.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeriesValuesTests {
    @ParameterizedTest
    @CsvSource({"0.69, 0", "0.7, 1", "1, 1"})
    void choosesThePositiveLabelFromTheThresholdOn(double score, double label) {
        assertThat(SeriesValues.of(score, 0.7)).containsExactly(entry("score", score), entry("label", label));
    }

    @Test
    void choosesNoLabelForWhatIsNoScore() {
        assertThat(SeriesValues.of(Double.NaN, 0.7)).containsOnlyKeys("score");
    }
}
