package dev.millrace.models.training;

import static java.util.Objects.requireNonNull;

import dev.millrace.models.evaluation.EvaluationReport;
import dev.millrace.models.evaluation.ScoredMail;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Chooses settings by cross-validation on the training half: those of the least cross-entropy after calibration. */
final class HeadSelection {
    private static final double THRESHOLD = 0.5;

    private final CrossValidation validation;
    private final Function<List<EncodedMail>, HeadInputs> inputs;
    private final long seed;

    HeadSelection(CrossValidation validation, Function<List<EncodedMail>, HeadInputs> inputs, long seed) {
        this.validation = validation;
        this.inputs = inputs;
        this.seed = seed;
    }

    /**
     * How settings did.
     *
     * @param scores of mails the scoring heads were not trained on
     * @param crossEntropy mean, in nats
     */
    record Trial(HeadSettings settings, Calibration calibration, List<ScoredMail> scores, double crossEntropy) {
        /** One line of figures. */
        String figures() {
            var report = EvaluationReport.of(scores, THRESHOLD);
            return String.format(
                    Locale.ROOT,
                    "cross-entropy %.4f, F1 %.4f, hard-ham-1 %.4f",
                    crossEntropy,
                    report.all().f1(),
                    requireNonNull(report.groups().get("hard-ham-1")).accuracy());
        }
    }

    /** Tries all settings. Returns the trials, the best first. */
    List<Trial> run(List<HeadSettings> candidates) {
        var trials = new ArrayList<Trial>();
        for (var settings : candidates) {
            double[] logOdds = validation.logOdds(settings, inputs, seed);
            var calibration = validation.calibrate(logOdds);
            var scores = validation.scored(logOdds, calibration);
            var trial = new Trial(settings, calibration, scores, crossEntropy(scores));
            System.err.println(settings + ": " + trial.figures());
            trials.add(trial);
        }
        trials.sort(Comparator.comparingDouble(Trial::crossEntropy));
        return List.copyOf(trials);
    }

    private static double crossEntropy(List<ScoredMail> scores) {
        return scores.stream()
                .mapToDouble(mail -> -Math.log(Math.max(mail.spam() ? mail.score() : 1 - mail.score(), 1e-12)))
                .average()
                .orElseThrow();
    }
}
