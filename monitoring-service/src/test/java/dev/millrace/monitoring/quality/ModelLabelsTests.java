package dev.millrace.monitoring.quality;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.FeedbackReceived;
import dev.millrace.contract.UploadResult;
import dev.millrace.drift.online.ChangeDetector.Change;
import dev.millrace.drift.profile.Profile;
import dev.millrace.drift.profile.SeriesProfile;
import dev.millrace.drift.window.DriftReport;
import dev.millrace.drift.window.Judge;
import dev.millrace.drift.window.WindowCounts;
import dev.millrace.monitoring.quality.Estimate.Standing;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ModelLabelsTests {
    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");

    private final SplittableRandom random = new SplittableRandom(8);
    private final ModelLabels labels = new ModelLabels();
    private long offset;

    @Test
    void seesErrorsRiseThoughScoresSayTheyWould() {
        // As unsure as it is wrong: no block contradicts the scores.
        add(10_000, 0.98);
        assertThat(labels.blocks()).noneMatch(Block::isBad);

        add(2000, 0.85);

        assertThat(labels.blocks()).anyMatch(block -> block.errors() == Change.UP && block.isBad());
        assertThat(labels.blocks()).noneMatch(block -> block.labels().contradicts());
    }

    @Test
    void keepsNoMoreThanItsShare() {
        add(21_000, 0.98);

        assertThat(labels.figures().rows()).isEqualTo(20_000);
        assertThat(labels.blocks()).hasSize(50);
    }

    @Test
    void believesAnEstimateOnlyWhereLabelsAgreeWithTheScores() {
        var window = window();
        assertThat(Estimate.of(window, 0.5, null).standing()).isEqualTo(Standing.NOT_IDENTIFIABLE_WITHOUT_LABELS);
        add(199, 0.9);
        assertThat(estimate(window).standing()).isEqualTo(Standing.NOT_IDENTIFIABLE_WITHOUT_LABELS);
        add(1, 0.9);
        var confirmed = estimate(window);
        assertThat(confirmed.standing()).isEqualTo(Standing.CONFIRMED);
        assertThat(confirmed.rows()).isEqualTo(500);
        assertThat(confirmed.accuracy()).satisfies(accuracy -> {
            assertThat(accuracy.low()).isLessThan(0.9);
            assertThat(accuracy.high()).isGreaterThan(0.9);
        });

        // The same scores, and half of the labels the other way round.
        for (int i = 0; i < 200; i++) {
            labels.add(feedback(0.9, random.nextBoolean()), offset++);
        }

        assertThat(estimate(window).standing()).isEqualTo(Standing.NOT_IDENTIFIABLE_CONTRADICTED);
    }

    @Test
    void believesNoEstimateByLabelsOfLongAgo() {
        add(400, 0.9);
        assertThat(estimate(window(NOW.plus(Duration.ofDays(7)))).standing()).isEqualTo(Standing.CONFIRMED);

        assertThat(estimate(window(NOW.plus(Duration.ofDays(7)).plusSeconds(1))).standing())
                .isEqualTo(Standing.NOT_IDENTIFIABLE_WITHOUT_LABELS);
    }

    @Test
    void believesAnEstimateOfAModelThatIsTooSureButAlwaysAsMuch() {
        for (int i = 0; i < 600; i++) {
            double score = i % 2 == 0 ? 0.99 : 0.01;
            labels.add(feedback(score, random.nextDouble() < (score > 0.5 ? 0.85 : 0.15)), offset++);
        }

        assertThat(labels.blocks().getLast().labels().contradicts()).isTrue();
        assertThat(estimate(window()).standing()).isEqualTo(Standing.CONFIRMED);
    }

    @Test
    void callsALabelThatIsTakenForAnotherWrongThoughBothAreNegative() {
        var one = feedback(0.1, false);
        labels.add(
                new FeedbackReceived(one.id(), 1, "spam", "newsletter", "ham", "spam", 0.1, 0.5, one.model(), NOW, NOW),
                offset++);

        assertThat(requireNonNull(labels.figures().accuracy()).value()).isZero();
    }

    private Estimate estimate(DriftReport window) {
        return Estimate.of(window, 0.5, QualityReport.of("spam/2", labels));
    }

    private DriftReport window() {
        return window(NOW);
    }

    private DriftReport window(Instant start) {
        double[] scores = random.doubles(500).map(x -> x < 0.5 ? 0.1 : 0.9).toArray();
        var counts = new WindowCounts(new Profile(List.of(SeriesProfile.of("score", scores))));
        for (double score : scores) {
            counts.add(new UUID(random.nextLong(), random.nextLong()), Map.of("score", score));
        }
        return new Judge(200, 1e-4).report("spam/2", start, start.plusSeconds(300), counts);
    }

    /** Labels of scores that are as sure as they are right. */
    private void add(int count, double sure) {
        for (int i = 0; i < count; i++) {
            double score = random.nextBoolean() ? sure : 1 - sure;
            labels.add(feedback(score, random.nextDouble() < score), offset++);
        }
    }

    private FeedbackReceived feedback(double score, boolean positive) {
        return new FeedbackReceived(
                new UUID(random.nextLong(), random.nextLong()),
                1,
                "spam",
                positive ? "spam" : "ham",
                score >= 0.5 ? "spam" : "ham",
                "spam",
                score,
                0.5,
                new UploadResult.Model("spam", "2", "ab", "fp32"),
                NOW,
                NOW);
    }
}
