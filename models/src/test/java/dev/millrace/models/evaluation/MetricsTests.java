package dev.millrace.models.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MetricsTests {
    @Test
    void countsByLabelAndAnswer() {
        var metrics = Metrics.of(List.of(spam(0.9), spam(0.5), spam(0.2), ham(0.7), ham(0.1), ham(0.0)), 0.5);

        assertThat(metrics.truePositives()).isEqualTo(2);
        assertThat(metrics.falseNegatives()).isEqualTo(1);
        assertThat(metrics.falsePositives()).isEqualTo(1);
        assertThat(metrics.trueNegatives()).isEqualTo(2);
        assertThat(metrics.accuracy()).isCloseTo(4 / 6.0, within(1e-12));
        assertThat(metrics.precision()).isCloseTo(2 / 3.0, within(1e-12));
        assertThat(metrics.recall()).isCloseTo(2 / 3.0, within(1e-12));
        assertThat(metrics.f1()).isCloseTo(2 / 3.0, within(1e-12));
    }

    /** The example of scikit-learn's {@code roc_auc_score}: 0.75. */
    @Test
    void measuresTheAreaUnderTheRocCurve() {
        assertThat(Metrics.of(List.of(ham(0.1), ham(0.4), spam(0.35), spam(0.8)), 0.5)
                        .auc())
                .isCloseTo(0.75, within(1e-12));
    }

    @Test
    void countsTiesHalfInTheArea() {
        assertThat(Metrics.of(List.of(ham(0.5), spam(0.5)), 0.5).auc()).isEqualTo(0.5);
        assertThat(Metrics.of(List.of(ham(0.2), ham(0.5), spam(0.5), spam(0.9)), 0.5)
                        .auc())
                .isCloseTo(3.5 / 4, within(1e-12));
    }

    @Test
    void findsNoCalibrationErrorWhereScoresAreShares() {
        var mails = IntStream.range(0, 10)
                .mapToObj(i -> i < 3 ? spam(0.3) : ham(0.3))
                .toList();

        assertThat(Metrics.of(mails, 0.5).calibrationError()).isCloseTo(0, within(1e-12));
    }

    @Test
    void measuresTheCalibrationErrorOfOverconfidence() {
        var mails = List.of(spam(1), ham(1), ham(0), ham(0));

        assertThat(Metrics.of(mails, 0.5).calibrationError()).isCloseTo(0.25, within(1e-12));
    }

    @Test
    void hasNoFigureWhereNoneIsDefined() {
        var metrics = Metrics.of(List.of(ham(0.1), ham(0.2)), 0.5);

        assertThat(metrics.precision()).isNaN();
        assertThat(metrics.recall()).isNaN();
        assertThat(metrics.f1()).isNaN();
        assertThat(metrics.auc()).isNaN();
        assertThat(metrics.accuracy()).isEqualTo(1);
    }

    @Test
    void refusesAScoreThatIsNoProbability() {
        assertThatThrownBy(() -> spam(Double.NaN)).hasMessage("score: NaN (expected: 0 to 1)");
    }

    @Test
    void reportsEveryGroup() {
        var report = EvaluationReport.of(
                List.of(new ScoredMail("a/1", "a", true, 0.9), new ScoredMail("b/1", "b", false, 0.1)), 0.5);

        assertThat(report.groups().keySet()).containsExactly("a", "b");
        assertThat(report.toMarkdown().lines().skip(2))
                .containsExactly(
                        "| **all** | 2 | 1.0000 | 1.0000 | 1.0000 | 1.0000 | 1.0000 | 0.1000 | 1 | 0 | 0 | 1 |",
                        "| a | 1 | 1.0000 | 1.0000 | 1.0000 | 1.0000 | – | 0.1000 | 0 | 0 | 0 | 1 |",
                        "| b | 1 | 1.0000 | – | – | – | – | 0.1000 | 1 | 0 | 0 | 0 |");
    }

    private static ScoredMail spam(double score) {
        return new ScoredMail("g/1", "g", true, score);
    }

    private static ScoredMail ham(double score) {
        return new ScoredMail("g/1", "g", false, score);
    }
}
