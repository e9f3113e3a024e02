package dev.millrace.drift.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScoreCalibrationTests {
    private final SplittableRandom random = new SplittableRandom(5);

    @ParameterizedTest
    @ValueSource(doubles = {0.6, 0.75, 0.85, 0.95, 0.999})
    void learnsHowOftenAModelThatIsTooSureIsRight(double right) {
        // Two scores leave one of the three weights to the ridge alone, where whole steps lead back and forth.
        var rows = new ArrayList<Labelled>();
        for (int i = 0; i < 4000; i++) {
            boolean sure = i % 2 == 0;
            rows.add(new Labelled(sure ? 0.99 : 0.01, sure, i / 2 < right * 2000 == sure));
        }

        var calibration = ScoreCalibration.fit(rows);

        assertThat(calibration.probability(0.99)).isCloseTo(right, within(0.002));
        assertThat(calibration.probability(0.01)).isCloseTo(1 - right, within(0.002));
    }

    @Test
    void leavesScoresAloneThatMeanWhatTheySay() {
        var calibration = ScoreCalibration.fit(rows(20_000, score -> score));

        for (double score : new double[] {0.05, 0.2, 0.5, 0.8, 0.95}) {
            assertThat(calibration.probability(score)).isCloseTo(score, within(0.02));
        }
    }

    @Test
    void learnsWhatScoresMeanThatAreTooSure() {
        // σ(logit(s) / 3)
        DoubleUnaryOperator meant = score -> 1 / (1 + Math.cbrt((1 - score) / score));
        var calibration = ScoreCalibration.fit(rows(20_000, meant));

        for (double score : new double[] {0.02, 0.2, 0.5, 0.8, 0.98}) {
            assertThat(calibration.probability(score)).isCloseTo(meant.applyAsDouble(score), within(0.02));
        }
    }

    @Test
    void learnsNothingOfFewLabels() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ScoreCalibration.fit(List.of(new Labelled(0.9, true, true))))
                .withMessage("labels: 1 positive, 0 negative (expected: 50 or more of each)");
    }

    private List<Labelled> rows(int count, DoubleUnaryOperator meant) {
        var rows = new ArrayList<Labelled>();
        for (int i = 0; i < count; i++) {
            double score = random.nextDouble(0.01, 0.99);
            rows.add(new Labelled(score, score >= 0.5, random.nextDouble() < meant.applyAsDouble(score)));
        }
        return rows;
    }
}
