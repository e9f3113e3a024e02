package dev.millrace.models.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.pipeline.PipelineCatalog;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelRepositoryBuilderTests {
    @TempDir
    Path parent;

    @Test
    void buildsOnceWhenTwoProcessesRunAtOnceAndOneWasKilledBefore() throws Exception {
        killInMidBuild();

        var first = builder();
        var second = builder();

        Path repository = parent.resolve(RepositorySources.digest());
        assertThat(first.inputReader().readLine()).isEqualTo(repository.toString());
        assertThat(second.inputReader().readLine()).isEqualTo(repository.toString());
        assertThat(Stream.concat(
                                first.errorReader().lines(),
                                second.errorReader().lines())
                        .filter(line -> line.startsWith("Built")))
                .hasSize(1);
        assertThat(ModelRepositoryBuilder.isWhole(repository)).isTrue();
        assertThat(Files.getPosixFilePermissions(repository))
                .isEqualTo(Files.getPosixFilePermissions(parent.resolve("other")));
        assertThat(PipelineCatalog.load(repository).find("spam")).isPresent();
        try (Stream<Path> files = Files.list(parent)) {
            assertThat(files).containsExactlyInAnyOrder(repository, parent.resolve(".lock"), parent.resolve("other"));
        }
    }

    private void killInMidBuild() throws IOException, InterruptedException {
        Files.createDirectory(parent.resolve("other"));
        var killed = builder();
        var lines = killed.errorReader();
        for (String line = lines.readLine(); line != null && !line.contains("bf16"); line = lines.readLine()) {
            // The fp32 weights are there once it begins with the bf16 ones.
        }
        killed.destroyForcibly().waitFor();
        try (var leftovers = Files.newDirectoryStream(parent, ".unfinished-*")) {
            assertThat(leftovers).hasSize(1);
        }
    }

    private Process builder() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        BuildModelRepository.class.getName(),
                        parent.toString())
                .start();
    }

    @Test
    void saysNothingAndDoesNothingWhenItIsThere() {
        var lines = new ArrayList<String>();
        Path there = TestRepository.folder();

        assertThat(new ModelRepositoryBuilder(TestRepository.PARENT, lines::add).build())
                .isEqualTo(there);
        assertThat(lines).isEmpty();
    }

    @Test
    void buildsADamagedRepositoryAnew() throws IOException {
        Path repository = Files.createDirectory(parent.resolve(RepositorySources.digest()));
        Files.writeString(repository.resolve("half"), "of it");
        var lines = new ArrayList<String>();

        new ModelRepositoryBuilder(parent, lines::add).build();

        assertThat(ModelRepositoryBuilder.isWhole(repository)).isTrue();
        assertThat(repository.resolve("half")).doesNotExist();
        assertThat(lines).first().asString().endsWith("is damaged");
        try (Stream<Path> files = Files.list(parent)) {
            assertThat(files).containsExactlyInAnyOrder(repository, parent.resolve(".lock"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "all-MiniLM-L6-v2/1/tokenizer.json",
                "all-MiniLM-L6-v2/1/model.yaml",
                "spam/2/model.pt",
                "pipelines/spam.yaml"
            })
    void findsAFileThatIsCutOrGone(String name) throws IOException {
        Path whole = TestRepository.folder();
        try (Stream<Path> files = Files.walk(whole)) {
            for (Path file : files.toList()) {
                Files.copy(
                        file,
                        parent.resolve("copy").resolve(whole.relativize(file).toString()));
            }
        }
        Path copy = parent.resolve("copy");
        assertThat(ModelRepositoryBuilder.isWhole(copy)).isTrue();

        try (var file = FileChannel.open(copy.resolve(name), StandardOpenOption.WRITE)) {
            file.truncate(file.size() / 2);
        }
        assertThat(ModelRepositoryBuilder.isWhole(copy)).isFalse();
        Files.delete(copy.resolve(name));
        assertThat(ModelRepositoryBuilder.isWhole(copy)).isFalse();
    }

    @Test
    void namesTheFolderItCannotWriteAndTheMend() throws IOException {
        Path file = Files.createFile(parent.resolve("file"));

        assertThatExceptionOfType(ModelBuildException.class)
                .isThrownBy(() -> new ModelRepositoryBuilder(file.resolve("models"), line -> {}).build())
                .withMessageContainingAll(file.toString(), "set XDG_CACHE_HOME");
    }

    @Test
    void buildsInTheCacheFolderOfTheUser() {
        assertThat(ModelRepositoryBuilder.defaultParent(Map.of(), "/home/u"))
                .isEqualTo(Path.of("/home/u/.cache/millrace/models"));
        assertThat(ModelRepositoryBuilder.defaultParent(Map.of("XDG_CACHE_HOME", "/c"), "/home/u"))
                .isEqualTo(Path.of("/c/millrace/models"));
        assertThat(ModelRepositoryBuilder.defaultParent(Map.of("XDG_CACHE_HOME", "relative"), "/home/u"))
                .isEqualTo(Path.of("/home/u/.cache/millrace/models"));
    }
}
