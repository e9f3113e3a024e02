package dev.millrace.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFilesTests {
    @TempDir
    private Path repository;

    private Path yaml;

    @BeforeEach
    void makeFolder() throws IOException {
        yaml = Files.createDirectories(repository.resolve("spam/2")).resolve("model.yaml");
    }

    @Test
    void readsTheDigestOfEachFileAndNothingElse() throws IOException {
        Files.writeString(yaml, "name: spam\nversion: \"2\"\nfiles:\n  model.pt: \"0a\"\n  tokenizer.json: \"0b\"\n");

        assertThat(ModelFiles.read(repository, "spam", "2").digests())
                .isEqualTo(Map.of("model.pt", "0a", "tokenizer.json", "0b"));
    }

    @Test
    void namesTheFileThatSaysNothingOrIsNotThere() throws IOException {
        assertThatThrownBy(() -> ModelFiles.read(repository, "spam", "3")).hasMessageContaining("spam/3/model.yaml");
        Files.writeString(yaml, "name: spam\n");
        assertThatThrownBy(() -> ModelFiles.read(repository, "spam", "2"))
                .hasMessage("%s: files: none (expected: the SHA-256 of each)".formatted(yaml));
        Files.writeString(yaml, "files: [");
        assertThatThrownBy(() -> ModelFiles.read(repository, "spam", "2")).hasMessageContaining("model.yaml");
    }
}
