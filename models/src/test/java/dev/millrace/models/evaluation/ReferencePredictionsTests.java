package dev.millrace.models.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.model.Precision;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReferencePredictionsTests {
    @ParameterizedTest
    @CsvSource({"1, FP32", "1, BF16", "2, FP32", "2, BF16"})
    void holdAScoreOfEveryMailThatIsHeldOut(String version, Precision precision) {
        var reference = ReferencePredictions.load("spam", version, precision);

        assertThat(reference.byId()).hasSize(3021).containsKeys("easy-ham-1/00001", "spam-2/01395");
        assertThat(reference.byId().keySet()).noneMatch(id -> id.matches(".*[02468]"));
    }

    /** A guard against a careless retraining, well below what the card says. */
    @Test
    void areThoseOfAHeadThatTellsSpamFromHam() {
        var mails = List.copyOf(
                ReferencePredictions.load("spam", "2", Precision.FP32).byId().values());

        var metrics = Metrics.of(mails, 0.5);

        assertThat(metrics.f1()).isGreaterThan(0.95);
        assertThat(metrics.auc()).isGreaterThan(0.99);
        assertThat(metrics.calibrationError()).isLessThan(0.02);
    }

    @Test
    void refuseAModelThatIsNotBundled() {
        assertThatThrownBy(() -> ReferencePredictions.load("churn", "1", Precision.FP32))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("churn/1");
    }
}
