package dev.millrace.model;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.millrace.model.ModelDescriptor.Input;
import dev.millrace.model.mail.MailFeatures;
import dev.millrace.pipeline.Pipeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PipelineFitTests {
    private static final int FEATURES = MailFeatures.NAMES.size();

    @TempDir
    Path folder;

    @BeforeEach
    void writeAnEncoder() throws IOException {
        seal("encoder", new ModelDescriptor.Encoder(384, 512, "model.pt", 0, 100, Map.of()), null);
    }

    @Test
    void takesAModelThatLeavesVectorsOut() throws IOException {
        writeAModel(new Input("embedding", 384), new Input("features", FEATURES));
        assertThatCode(() -> check("mail-v1", "encoder")).doesNotThrowAnyException();

        writeAModel(new Input("embedding", 384));
        assertThatCode(() -> check("mail-v1", "encoder")).doesNotThrowAnyException();
        assertThatCode(() -> check(null, "encoder")).doesNotThrowAnyException();
    }

    @Test
    void refusesAnEmbeddingOfAnotherSize() throws IOException {
        writeAModel(new Input("embedding", 768));

        assertThatIllegalStateException()
                .isThrownBy(() -> check(null, "encoder"))
                .withMessage(
                        "spam.model: model/1 takes embedding of size 768 (expected: of {embedding=384}, as the pipeline makes)");
    }

    @Test
    void refusesFeaturesThatThePipelineHasNot() throws IOException {
        writeAModel(new Input("embedding", 384), new Input("features", FEATURES));

        assertThatIllegalStateException()
                .isThrownBy(() -> check(null, "encoder"))
                .withMessageContaining("takes features of size %d (expected: of {embedding=384}", FEATURES);
    }

    @Test
    void refusesAnotherNumberOfFeatures() throws IOException {
        writeAModel(new Input("features", FEATURES + 1));

        assertThatIllegalStateException()
                .isThrownBy(() -> check("mail-v1", "encoder"))
                .withMessageContaining("takes features of size %d", FEATURES + 1)
                .withMessageContaining("features=" + FEATURES);
    }

    @Test
    void refusesAClassifierForAnEncoder() throws IOException {
        writeAModel(new Input("embedding", 384));

        assertThatExceptionOfType(ModelRepositoryException.class)
                .isThrownBy(() -> check(null, "model"))
                .withMessage("spam: encoder model, model model (expected: an encoder and a classifier)");
    }

    private void check(@Nullable String features, String encoder) {
        var pipeline = new Pipeline(
                "spam",
                "Tells spam from ham.",
                List.of("text/plain"),
                1,
                Duration.ofMinutes(1),
                "mail",
                new Pipeline.Encoder(encoder, "1", 256),
                features,
                new Pipeline.Model("model", "1"),
                "spam",
                0.5);
        PipelineFit.require(pipeline, ModelRepository.open(folder));
    }

    private void writeAModel(Input... inputs) throws IOException {
        seal("model", null, new ModelDescriptor.Classifier(List.of(inputs), List.of("ham", "spam")));
    }

    private void seal(
            String name, ModelDescriptor.@Nullable Encoder encoder, ModelDescriptor.@Nullable Classifier classifier)
            throws IOException {
        Path model = Files.createDirectories(folder.resolve(name).resolve("1"));
        Files.writeString(model.resolve("model.pt"), "weights");
        var weights = Map.of(Precision.FP32, "model.pt");
        StoredModel.seal(
                model, new ModelDescriptor(name, "1", "A model.", encoder, classifier, weights, new TreeMap<>()));
    }
}
