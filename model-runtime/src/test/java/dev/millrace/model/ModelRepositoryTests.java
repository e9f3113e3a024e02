package dev.millrace.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelRepositoryTests {
    @TempDir
    Path folder;

    private Path model;

    @BeforeEach
    void writeAModel() throws IOException {
        model = Files.createDirectories(folder.resolve("spam").resolve("1"));
        Files.writeString(model.resolve("model.pt"), "weights");
        Files.writeString(model.resolve("CARD.md"), "# Card");
        StoredModel.seal(model, classifier("spam", "1"));
    }

    @Test
    void opensWhatWasSealed() {
        var stored = ModelRepository.open(folder).model("spam", "1");

        assertThat(stored.descriptor().files()).containsOnlyKeys("model.pt", "CARD.md");
        assertThat(stored.descriptor().withFiles(new TreeMap<>())).isEqualTo(classifier("spam", "1"));
        assertThat(stored.file("model.pt")).hasContent("weights");
        // sha256sum of "weights"
        assertThat(stored.reference(Precision.FP32).getDigest())
                .isEqualTo("9a129038d9a00aed0cf6a7ea059ca50a813449061ab87848cf1a13eafdf33b2c");
    }

    @Test
    void keepsTheQualityOfAPrecisionAndNeedsNone() throws IOException {
        Path encoder = Files.createDirectories(folder.resolve("encoder").resolve("1"));
        Files.writeString(encoder.resolve("model.pt"), "weights");
        var quality = Map.of(Precision.BF16, new ModelDescriptor.Quality(0.9999, 0.999, 0.99, 1));
        var descriptor = new ModelDescriptor(
                "encoder",
                "1",
                "Embeds.",
                new ModelDescriptor.Encoder(384, 512, "model.pt", 0, 100, quality),
                null,
                Map.of(Precision.BF16, "model.pt"),
                new TreeMap<>());
        StoredModel.seal(encoder, descriptor);
        Path yaml = encoder.resolve("model.yaml");

        assertThat(StoredModel.describe(encoder).encoder()).isEqualTo(descriptor.encoder());
        Files.writeString(yaml, Files.readString(yaml).replaceAll("(?s)  quality:.*?\n(?=\\S)", ""));
        assertThat(StoredModel.describe(encoder).encoder())
                .isEqualTo(new ModelDescriptor.Encoder(384, 512, "model.pt", 0, 100, Map.of()));
    }

    @Test
    void refusesAFileThatWasTamperedWith() throws IOException {
        Files.writeString(model.resolve("model.pt"), "Weights");

        refuses("spam", "1", "model.pt: SHA-256", "the model is not loaded");
    }

    @Test
    void refusesAModelWithAFileMissing() throws IOException {
        Files.delete(model.resolve("CARD.md"));

        refuses("spam", "1", "CARD.md: cannot be read");
    }

    @Test
    void refusesWeightsWithoutADigest() throws IOException {
        Path yaml = model.resolve("model.yaml");
        Files.writeString(yaml, Files.readString(yaml).replaceAll("(?m)^  model.pt: \"?[0-9a-f]{64}.*$", ""));

        refuses("spam", "1", "files.model.pt: none (expected: its SHA-256)");
    }

    @Test
    void refusesADescriptorThatIsWrong() throws IOException {
        Path yaml = model.resolve("model.yaml");
        Files.writeString(yaml, Files.readString(yaml).replace("spam", "ham"));

        refuses("spam", "1", "classifier.labels: [ham, ham] (expected: at least two, all different)");
    }

    @Test
    void refusesAModelUnderAnotherName() throws IOException {
        Files.move(model, folder.resolve("spam").resolve("2"));

        refuses("spam", "2", "name spam, version 1 (expected: spam, 2, as its folders are named)");
    }

    @Test
    void refusesAFileOutsideTheModel() throws IOException {
        Path yaml = model.resolve("model.yaml");
        Files.writeString(yaml, Files.readString(yaml).replace("model.pt", "../model.pt"));

        refuses("spam", "1", "'../model.pt' (expected: letters, digits, dots, dashes, underscores)");
    }

    @Test
    void refusesToLookOutsideTheRepository() {
        refuses("..", folder.getFileName() + "/spam/1", "not found");
        refuses("spam", "7", "model spam/7: not found");
        assertThatExceptionOfType(ModelRepositoryException.class)
                .isThrownBy(() -> ModelRepository.open(folder.resolve("absent")))
                .withMessageContaining("expected: a folder that is there");
    }

    @Test
    void refusesAPrecisionThatIsNotOnOffer() {
        var stored = ModelRepository.open(folder).model("spam", "1");

        assertThatExceptionOfType(ModelRepositoryException.class)
                .isThrownBy(() -> stored.reference(Precision.BF16))
                .withMessage("model spam/1: no weights of precision bf16 (expected one of: [fp32])");
    }

    private void refuses(String name, String version, String... messages) {
        assertThatExceptionOfType(ModelRepositoryException.class)
                .isThrownBy(() -> ModelRepository.open(folder).model(name, version))
                .satisfies(e -> assertThat(e.getMessage()).contains(messages));
    }

    private static ModelDescriptor classifier(String name, String version) {
        return new ModelDescriptor(
                name,
                version,
                "Tells spam from ham.",
                null,
                new ModelDescriptor.Classifier(
                        List.of(new ModelDescriptor.Input("embedding", 384)), List.of("ham", "spam")),
                Map.of(Precision.FP32, "model.pt"),
                new TreeMap<>());
    }
}
