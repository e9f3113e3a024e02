package dev.millrace.models.training;

import dev.millrace.models.evaluation.ScoredMail;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.function.Function;

/**
 * Judges settings on the training half alone: each mail is scored by a head that was trained on the other folds. Folds
 * hold the same share of each group, and repeats of one text share a fold.
 */
final class CrossValidation {
    static final int FOLDS = 5;

    private final List<EncodedMail> mails;
    private final int[] folds;

    CrossValidation(List<EncodedMail> mails) {
        this.mails = mails;
        this.folds = folds(mails);
    }

    /**
     * Scores each mail.
     *
     * @param inputs makes the rows of the mails a head is trained on
     * @return log odds of spam of shape (N), in the order of the mails
     */
    double[] logOdds(HeadSettings settings, Function<List<EncodedMail>, HeadInputs> inputs, long seed) {
        double[] logOdds = new double[mails.size()];
        for (int fold = 0; fold < FOLDS; fold++) {
            var training = new ArrayList<EncodedMail>();
            for (int i = 0; i < folds.length; i++) {
                if (folds[i] != fold) {
                    training.add(mails.get(i));
                }
            }
            var fitted = inputs.apply(training);
            var head = train(settings, fitted, training, seed + fold);
            for (int i = 0; i < folds.length; i++) {
                if (folds[i] == fold) {
                    logOdds[i] = head.logOdds(fitted.row(mails.get(i)));
                }
            }
        }
        return logOdds;
    }

    /** Trains a head on mails; it takes the rows of {@code inputs}. */
    static HeadWeights train(HeadSettings settings, HeadInputs inputs, List<EncodedMail> mails, long seed) {
        boolean[] spam = spam(mails);
        float[] weights = new float[spam.length];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = mails.get(i).mail().group().equals("hard-ham-1") ? settings.hardHamWeight() : 1;
        }
        return new HeadTrainer(settings).train(inputs.rows(mails), spam, weights, seed);
    }

    /** The mails with scores, calibrated. */
    List<ScoredMail> scored(double[] logOdds, Calibration calibration) {
        var scored = new ArrayList<ScoredMail>();
        for (int i = 0; i < logOdds.length; i++) {
            var mail = mails.get(i).mail();
            scored.add(new ScoredMail(
                    mail.id(), mail.group(), mail.isSpam(), Calibration.sigmoid(calibration.apply(logOdds[i]))));
        }
        return scored;
    }

    Calibration calibrate(double[] logOdds) {
        return Calibration.fit(logOdds, spam(mails));
    }

    private static boolean[] spam(List<EncodedMail> mails) {
        boolean[] spam = new boolean[mails.size()];
        for (int i = 0; i < spam.length; i++) {
            spam[i] = mails.get(i).mail().isSpam();
        }
        return spam;
    }

    static int[] folds(List<EncodedMail> mails) {
        var foldByText = new HashMap<String, Integer>();
        var countByGroup = new HashMap<String, Integer>();
        int[] folds = new int[mails.size()];
        for (int i = 0; i < folds.length; i++) {
            var mail = mails.get(i);
            folds[i] = foldByText.computeIfAbsent(
                    mail.textKey(), text -> countByGroup.merge(mail.mail().group(), 1, Integer::sum) % FOLDS);
        }
        return folds;
    }
}
