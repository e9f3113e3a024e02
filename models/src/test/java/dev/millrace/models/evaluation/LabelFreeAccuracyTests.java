package dev.millrace.models.evaluation;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.drift.profile.Profile;
import dev.millrace.drift.profile.SeriesProfile;
import dev.millrace.drift.quality.Interval;
import dev.millrace.drift.quality.LabelBlock;
import dev.millrace.drift.quality.LabelFree;
import dev.millrace.drift.quality.Labelled;
import dev.millrace.drift.quality.ModelFigures;
import dev.millrace.drift.quality.ScoreCalibration;
import dev.millrace.drift.window.Judge;
import dev.millrace.drift.window.WindowCounts;
import dev.millrace.model.Precision;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * What is said of the shipped classifier without labels, on the held-out half of its corpus: what its scores mean is learnt from
 * one half of those mails, and windows are drawn from the other, its five groups mixed anew in each.
 */
class LabelFreeAccuracyTests {
    private static final int WINDOW = 1000;
    /** How far the mixture of groups strays: that of the rarest, hard ham, has a standard deviation of a quarter of its share. */
    private static final double CONCENTRATION = 300;

    private static final List<ScoredMail> MAILS = List.copyOf(
            ReferencePredictions.load("spam", "2", Precision.FP32).byId().sequencedValues());

    private final Random random = new Random(20_261_123);

    private record Tried(double error, boolean covered) {}

    @Test
    void liesNearTheTruthAndItsIntervalHoldsItAsOftenAsItSays() {
        var tried = new ArrayList<Tried>();
        for (int split = 0; split < 200; split++) {
            var mails = new ArrayList<>(MAILS);
            Collections.shuffle(mails, random);
            var calibration = ScoreCalibration.fit(labelled(mails.subList(0, mails.size() / 2)));
            var others = mails.subList(mails.size() / 2, mails.size());
            for (int i = 0; i < 10; i++) {
                tried.add(tried(calibration, labelled(mixedAnew(others))));
            }
        }

        double error = tried.stream().mapToDouble(Tried::error).average().orElseThrow();
        double covered = (double) tried.stream().filter(Tried::covered).count() / tried.size();
        assertThat(error).isLessThan(0.015);
        assertThat(covered).isBetween(0.93, 0.97);
    }

    @Test
    void isCalibratedOnceScoresAreReadAsLearnt() {
        var mails = new ArrayList<>(MAILS);
        Collections.shuffle(mails, random);
        var calibration = ScoreCalibration.fit(labelled(mails.subList(0, mails.size() / 2)));

        var read = labelled(mails.subList(mails.size() / 2, mails.size())).stream()
                .map(row -> new Labelled(calibration.probability(row.score()), row.predicted(), row.positive()))
                .toList();

        for (boolean predicted : new boolean[] {false, true}) {
            var figures = ModelFigures.of(
                    read.stream().filter(row -> row.predicted() == predicted).toList());
            assertThat(requireNonNull(figures.calibrationError()).value()).isLessThanOrEqualTo(0.02);
        }
    }

    @Test
    void cannotSeeThatLabelsChangedButLabelsCan() {
        var mails = new ArrayList<>(MAILS);
        Collections.shuffle(mails, random);
        var reference = mails.subList(0, mails.size() / 2);
        var window = labelled(mails.subList(mails.size() / 2, mails.size())).subList(0, WINDOW);
        var flipped = window.stream()
                .map(row -> new Labelled(row.score(), row.predicted(), row.positive() != random.nextDouble() < 0.1))
                .toList();

        var before = tried(ScoreCalibration.fit(labelled(reference)), window);
        var after = tried(ScoreCalibration.fit(labelled(reference)), flipped);
        int contradicted = 0;
        for (int from = 0; from + LabelBlock.SIZE <= WINDOW; from += LabelBlock.SIZE) {
            contradicted +=
                    LabelBlock.of(flipped.subList(from, from + LabelBlock.SIZE)).contradicts() ? 1 : 0;
            assertThat(LabelBlock.of(window.subList(from, from + LabelBlock.SIZE))
                            .contradicts())
                    .isFalse();
        }

        assertThat(drifted(reference, window)).isFalse();
        assertThat(before.covered()).isTrue();
        assertThat(after.covered()).isFalse();
        assertThat(contradicted).isEqualTo(WINDOW / LabelBlock.SIZE);
    }

    /** Whether the scores of a window look other than those of the reference; the labels are in neither. */
    private static boolean drifted(List<ScoredMail> reference, List<Labelled> window) {
        var profile = new Profile(List.of(SeriesProfile.of(
                "score", reference.stream().mapToDouble(ScoredMail::score).toArray())));
        var counts = new WindowCounts(profile);
        window.forEach(row -> counts.add(UUID.randomUUID(), Map.of("score", row.score())));
        return !new Judge(200, 0.001)
                .report("spam/2", Instant.EPOCH, Instant.EPOCH.plusSeconds(300), counts)
                .drifted()
                .isEmpty();
    }

    private static Tried tried(ScoreCalibration calibration, List<Labelled> window) {
        var estimate = new LabelFree(calibration, 0.5);
        window.forEach(row -> estimate.add(row.score(), 1));
        double truth = (double) window.stream()
                        .filter(row -> row.predicted() == row.positive())
                        .count()
                / window.size();
        Interval accuracy = requireNonNull(estimate.accuracy());
        return new Tried(Math.abs(accuracy.value() - truth), accuracy.low() <= truth && truth <= accuracy.high());
    }

    /** Mails drawn without repeats, the groups in shares of a Dirichlet distribution about their own. */
    private List<ScoredMail> mixedAnew(List<ScoredMail> mails) {
        var groups = mails.stream().collect(Collectors.groupingBy(ScoredMail::group));
        var weights = new TreeMap<String, Double>();
        groups.forEach((group, all) -> weights.put(group, gamma(CONCENTRATION * all.size() / mails.size())));
        double sum = weights.values().stream().mapToDouble(Double::doubleValue).sum();
        var drawn = new ArrayList<ScoredMail>();
        weights.forEach((group, weight) -> {
            var all = new ArrayList<>(groups.getOrDefault(group, List.of()));
            Collections.shuffle(all, random);
            drawn.addAll(all.subList(0, Math.min(all.size(), (int) Math.round(WINDOW * weight / sum))));
        });
        return drawn;
    }

    /** G. Marsaglia and W. Tsang: A simple method for generating gamma variables, 2000; the shape is 1 or more here. */
    private double gamma(double shape) {
        double d = shape - 1.0 / 3;
        double c = 1 / Math.sqrt(9 * d);
        while (true) {
            double x = random.nextGaussian();
            double v = Math.pow(1 + c * x, 3);
            if (v > 0 && Math.log(1 - random.nextDouble()) < x * x / 2 + d - d * v + d * Math.log(v)) {
                return d * v;
            }
        }
    }

    private static List<Labelled> labelled(List<ScoredMail> mails) {
        return mails.stream()
                .map(mail -> new Labelled(mail.score(), mail.score() >= 0.5, mail.spam()))
                .toList();
    }
}
