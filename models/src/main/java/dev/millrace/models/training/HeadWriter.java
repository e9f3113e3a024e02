package dev.millrace.models.training;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.millrace.contract.SeriesValues;
import dev.millrace.drift.profile.EmbeddingProfile;
import dev.millrace.drift.profile.Profile;
import dev.millrace.drift.profile.SeriesProfile;
import dev.millrace.model.Classifier;
import dev.millrace.model.ModelDescriptor;
import dev.millrace.model.ModelRepository;
import dev.millrace.model.Precision;
import dev.millrace.model.StoredModel;
import dev.millrace.model.mail.MailFeatures;
import dev.millrace.models.evaluation.CorpusMail;
import dev.millrace.models.evaluation.ScoredMail;
import dev.millrace.models.torchscript.Heads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.ToDoubleFunction;

/** Writes a head into its folder of the model repository, and scores mails with what lies there. */
final class HeadWriter {
    private static final String NAME = "spam";
    private static final List<String> LABELS = List.of(CorpusMail.HAM, CorpusMail.SPAM);

    private final Path folder;
    private final TrainedHead head;
    private final int embeddingSize;
    private final int featureCount;

    /** @param example of the mails it was trained on, for the sizes */
    HeadWriter(Path folder, TrainedHead head, EncodedMail example) {
        this.folder = folder;
        this.head = head;
        this.embeddingSize = example.embedding().length;
        this.featureCount = example.features().length;
    }

    /** Writes the weights and the profile; a card that is there is removed, as it spoke of other weights. */
    void write(HeadWeights weights, HeadInputs inputs, Profile profile) throws IOException {
        Files.createDirectories(folder);
        var archive = head.takesFeatures()
                ? Heads.multilayer(
                        inputs.mean(),
                        inputs.standardDeviation(),
                        weights.hiddenWeight(),
                        weights.hiddenBias(),
                        weights.outputWeight(),
                        weights.outputBias())
                : Heads.logistic(weights.outputWeight(), weights.outputBias());
        archive.writeTo(folder.resolve("model.pt"));
        Files.writeString(folder.resolve("profile.json"), profile.toJson());
        Files.deleteIfExists(folder.resolve("CARD.md"));
        StoredModel.seal(folder, descriptor());
    }

    /** Scores mails with the files as they lie in the folder, by the code that serves. */
    List<ScoredMail> score(List<EncodedMail> mails) {
        Path repository = requireNonNull(requireNonNull(folder.getParent()).getParent());
        var records = new ArrayList<Map<String, float[]>>();
        for (var mail : mails) {
            records.add(Map.of("embedding", mail.embedding(), "features", mail.features()));
        }
        try (var classifier = Classifier.load(ModelRepository.open(repository).model(NAME, head.version()), 1)) {
            double[][] probabilities = classifier.predict(records);
            int spam = classifier.labels().indexOf(CorpusMail.SPAM);
            var scored = new ArrayList<ScoredMail>();
            for (int i = 0; i < probabilities.length; i++) {
                var mail = mails.get(i).mail();
                scored.add(new ScoredMail(mail.id(), mail.group(), mail.isSpam(), probabilities[i][spam]));
            }
            return scored;
        }
    }

    void seal(ModelCard card) throws IOException {
        Files.writeString(folder.resolve("CARD.md"), card.toMarkdown());
        StoredModel.seal(folder, descriptor());
    }

    /**
     * What drift is told by.
     *
     * @param scores of the same mails, by heads that were not trained on them: those that were score too surely
     * @param threshold the score from which a mail is called spam
     */
    static Profile profile(List<EncodedMail> mails, List<ScoredMail> scores, double threshold) {
        var series = new ArrayList<SeriesProfile>();
        series.add(SeriesProfile.of(
                SeriesValues.SCORE,
                scores.stream().mapToDouble(ScoredMail::score).toArray()));
        series.add(SeriesProfile.of(
                SeriesValues.LABEL,
                scores.stream()
                        .mapToDouble(mail -> mail.score() >= threshold ? 1 : 0)
                        .toArray()));
        series.add(series(SeriesValues.TEXT_LENGTH, mails, EncodedMail::textLength));
        series.add(series(SeriesValues.TOKEN_COUNT, mails, EncodedMail::tokenCount));
        series.add(series(SeriesValues.UNKNOWN_TOKEN_SHARE, mails, EncodedMail::unknownTokenShare));
        for (int i = 0; i < MailFeatures.NAMES.size(); i++) {
            int feature = i;
            series.add(series(MailFeatures.NAMES.get(i), mails, mail -> mail.features()[feature]));
        }
        return new Profile(series, embeddings(mails));
    }

    /** A sample, the same each time: which mails are in it follows from their names. */
    static EmbeddingProfile embeddings(List<EncodedMail> mails) {
        var embeddings = new HashMap<UUID, float[]>();
        for (var mail : mails) {
            embeddings.put(UUID.nameUUIDFromBytes(mail.mail().id().getBytes(UTF_8)), mail.embedding());
        }
        return EmbeddingProfile.of(embeddings);
    }

    private static SeriesProfile series(String name, List<EncodedMail> mails, ToDoubleFunction<EncodedMail> value) {
        return SeriesProfile.of(name, mails.stream().mapToDouble(value).toArray());
    }

    private ModelDescriptor descriptor() {
        var inputs = new ArrayList<ModelDescriptor.Input>();
        inputs.add(new ModelDescriptor.Input("embedding", embeddingSize));
        if (head.takesFeatures()) {
            inputs.add(new ModelDescriptor.Input("features", featureCount));
        }
        return new ModelDescriptor(
                NAME,
                head.version(),
                "Tells unwanted mail from wanted mail. " + head.kind().replace("`", ""),
                null,
                new ModelDescriptor.Classifier(inputs, LABELS),
                Map.of(Precision.FP32, "model.pt"),
                new TreeMap<>());
    }
}
