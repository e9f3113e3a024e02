package dev.millrace.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PipelineCatalogTests {
    private static final String SPAM = """
            name: spam
            description: Tells unwanted mail from wanted mail.
            content-types: [message/rfc822, text/plain]
            max-content-bytes: 1048576
            deadline: 10m
            parser: mail
            encoder: { name: all-MiniLM-L6-v2, version: "1", max-tokens: 256 }
            features: mail-v1
            model: { name: spam, version: "2" }
            positive-label: spam
            threshold: 0.5
            """;

    @TempDir
    private Path repository;

    @Test
    void readsEveryPropertyOfAPipeline() throws IOException {
        write("spam.yaml", SPAM);

        var spam = PipelineCatalog.load(repository).find("spam").orElseThrow();

        assertThat(spam.deadline()).isEqualTo(Duration.ofMinutes(10));
        assertThat(spam.encoder()).isEqualTo(new Pipeline.Encoder("all-MiniLM-L6-v2", "1", 256));
        assertThat(spam.model()).isEqualTo(new Pipeline.Model("spam", "2"));
        assertThat(spam.contentTypes()).containsExactly("message/rfc822", "text/plain");
        assertThat(spam.maxContentBytes()).isEqualTo(1_048_576);
        assertThat(spam.threshold()).isEqualTo(0.5);
    }

    @Test
    void namesTheFileAndTheValueThatIsWrong() throws IOException {
        write("spam.yaml", SPAM.replace("threshold: 0.5", "threshold: 1.5"));

        assertThatIllegalStateException()
                .isThrownBy(() -> PipelineCatalog.load(repository))
                .withMessageContaining("spam.yaml")
                .withMessageContaining("threshold: 1.5 (expected: 0 to 1)");
    }

    @Test
    void refusesAPropertyItDoesNotKnow() throws IOException {
        write("spam.yaml", SPAM + "treshold: 0.7\n");

        assertThatIllegalStateException()
                .isThrownBy(() -> PipelineCatalog.load(repository))
                .withMessageContaining("treshold");
    }

    @Test
    void refusesAPropertyThatIsMissing() throws IOException {
        write("spam.yaml", SPAM.replace("deadline: 10m\n", ""));

        assertThatIllegalStateException()
                .isThrownBy(() -> PipelineCatalog.load(repository))
                .withMessageContaining("deadline");
    }

    @Test
    void refusesTwoPipelinesOfOneName() throws IOException {
        write("a.yaml", SPAM);
        write("b.yaml", SPAM);

        assertThatIllegalStateException()
                .isThrownBy(() -> PipelineCatalog.load(repository))
                .withMessageContaining("one file a pipeline");
    }

    @Test
    void refusesARepositoryWithoutPipelines() {
        assertThatIllegalStateException()
                .isThrownBy(() -> PipelineCatalog.load(repository))
                .withMessageContaining("expected: a folder with pipelines/");
    }

    private void write(String name, String yaml) throws IOException {
        Path folder = Files.createDirectories(repository.resolve("pipelines"));
        Files.writeString(folder.resolve(name), yaml);
    }
}
