package dev.millrace.models.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.model.ModelRepository;
import dev.millrace.pipeline.PipelineCatalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelRepositoryBuilderTests {
    @TempDir
    Path parent;

    @Test
    void buildsOnceWhenTwoRunAtOnceAndOneWasKilledBefore() throws Exception {
        Path leftover = Files.createDirectories(parent.resolve(".unfinished-1/all-MiniLM-L6-v2/1"));
        Files.writeString(leftover.resolve("model-fp32.pt"), "half of i");
        var lines = new ConcurrentLinkedQueue<String>();
        var builder = new ModelRepositoryBuilder(parent, lines::add);

        try (var threads = Executors.newFixedThreadPool(2)) {
            var folders = threads.invokeAll(List.<Callable<Path>>of(builder::build, builder::build));

            assertThat(folders.get(0).get()).isEqualTo(folders.get(1).get());
            var model = ModelRepository.open(folders.get(0).get()).model("all-MiniLM-L6-v2", "1");
            assertThat(model.descriptor().files())
                    .containsOnlyKeys("CARD.md", "model-bf16.pt", "model-fp32.pt", "tokenizer.json");
            assertThat(PipelineCatalog.load(folders.get(0).get()).find("spam")).isPresent();
        }
        assertThat(lines).filteredOn(line -> line.startsWith("Built")).hasSize(1);
        try (Stream<Path> files = Files.list(parent)) {
            assertThat(files).hasSize(2); // the repository and the lock
        }
    }

    @Test
    void saysNothingAndDoesNothingWhenItIsThere() throws IOException {
        Path there = Files.createDirectory(parent.resolve(RepositorySources.digest()));
        var lines = new ConcurrentLinkedQueue<String>();

        assertThat(new ModelRepositoryBuilder(parent, lines::add).build())
                .isEqualTo(there)
                .isEmptyDirectory();
        assertThat(lines).isEmpty();
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
