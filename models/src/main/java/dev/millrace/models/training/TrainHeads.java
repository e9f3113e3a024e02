package dev.millrace.models.training;

import static java.util.Objects.requireNonNull;

import dev.millrace.model.ModelRepository;
import dev.millrace.model.Precision;
import dev.millrace.models.evaluation.Corpus;
import dev.millrace.models.evaluation.EvaluationReport;
import dev.millrace.models.evaluation.ReferencePredictions;
import dev.millrace.models.importing.ModelRepositoryBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * Trains the heads {@code spam/1} and {@code spam/2}, judges the very files that are served, and writes both with their
 * cards, profiles and reference predictions into the source tree: {@code TrainHeads CORPUS WORK-FOLDER RESOURCES}.
 */
public final class TrainHeads {
    private static final int MAX_TOKENS = 256;
    /** The score from which a mail is called spam, as in the pipeline {@code spam}. */
    private static final double THRESHOLD = 0.5;

    private static final long SEED = 20_021_122;

    /** Scores are compared, so heads and cross-validation see one precision of the encoder: the exact one. */
    private static final Precision TRAINED_ON = Precision.FP32;

    private TrainHeads() {}

    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 3) {
            System.err.println("usage: TrainHeads CORPUS WORK-FOLDER RESOURCES");
            System.exit(2);
        }
        var corpus = Corpus.read(Path.of(arguments[0]));
        Path work = Path.of(arguments[1]);
        Path resources = Path.of(arguments[2]);
        Path encoders = new ModelRepositoryBuilder(work.resolve("models"), System.err::println).build();
        int workers = Math.max(1, Runtime.getRuntime().availableProcessors());
        var encoder = new CorpusEncoder(ModelRepository.open(encoders), work, MAX_TOKENS, workers);
        var encoded = new EnumMap<Precision, List<EncodedMail>>(Precision.class);
        for (var precision : Precision.values()) {
            encoded.put(precision, encoder.encode(corpus.mails(), precision));
        }
        for (var head : List.of(TrainedHead.logistic(), TrainedHead.multilayer())) {
            train(head, encoded, resources);
        }
    }

    private static void train(TrainedHead head, Map<Precision, List<EncodedMail>> encoded, Path resources)
            throws IOException {
        var mails = requireNonNull(encoded.get(TRAINED_ON));
        var training = trainingHalf(mails);
        int dropped =
                (int) mails.stream().filter(mail -> !mail.mail().isHeldOut()).count() - training.size();
        var trials = new HeadSelection(new CrossValidation(training), head.inputs(), SEED).run(head.candidates());
        var best = trials.getFirst();

        var fitted = head.inputs().apply(training);
        var weights = CrossValidation.train(best.settings(), fitted, training, SEED)
                .calibrated(best.calibration())
                .unscaled(training.getFirst().embedding().length);

        Path folder = resources.resolve("repository").resolve("spam").resolve(head.version());
        var writer = new HeadWriter(folder, head, training.getFirst());
        writer.write(weights, fitted, HeadWriter.profile(training, best.scores(), THRESHOLD));
        var results = new EnumMap<Precision, EvaluationReport>(Precision.class);
        for (var precision : Precision.values()) {
            var heldOut = requireNonNull(encoded.get(precision)).stream()
                    .filter(mail -> mail.mail().isHeldOut())
                    .toList();
            var scored = writer.score(heldOut);
            ReferencePredictions.of(scored).write(resources.resolve("evaluation"), "spam", head.version(), precision);
            results.put(precision, EvaluationReport.of(scored, THRESHOLD));
        }
        var card = new ModelCard(head.version(), head.kind(), training.size(), dropped, trials, results);
        writer.seal(card);
        System.err.println("spam/%s in fp32%n%s"
                .formatted(
                        head.version(), requireNonNull(results.get(TRAINED_ON)).toMarkdown()));
    }

    /** Mails with even numbers, but those whose text is held out too. */
    static List<EncodedMail> trainingHalf(List<EncodedMail> mails) {
        var heldOut = new HashSet<String>();
        mails.stream().filter(mail -> mail.mail().isHeldOut()).forEach(mail -> heldOut.add(mail.textKey()));
        return mails.stream()
                .filter(mail -> !mail.mail().isHeldOut() && !heldOut.contains(mail.textKey()))
                .toList();
    }
}
