package dev.millrace.bench.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddingFileTests {
    private static final float[][] ROWS = {{1, 2}, {3, 4}, {5, -6}};

    @TempDir
    private Path folder;

    private Path path;

    @BeforeEach
    void name() {
        path = folder.resolve("texts.bin");
    }

    private EmbeddingFile file(int digest) {
        var bytes = new byte[32];
        bytes[31] = (byte) digest;
        return new EmbeddingFile(path, bytes, 2);
    }

    @Test
    void goesOnWhereItWasCutOffInMidRow() throws IOException {
        file(1).begun();
        file(1).append(new float[][] {ROWS[0], ROWS[1]});
        Files.write(folder.resolve("texts.bin.part"), new byte[] {7, 7, 7}, StandardOpenOption.APPEND);

        var again = file(1);
        assertThat(again.begun()).isEqualTo(2);
        again.append(new float[][] {ROWS[2]});
        again.finish();

        assertThat(again.isWhole()).isTrue();
        assertThat(EmbeddingFile.read(path, 3)).isDeepEqualTo(ROWS);
    }

    @Test
    void beginsAnewIfTheTextsOrTheEncoderAreOthers() throws IOException {
        file(1).begun();
        file(1).append(ROWS);

        assertThat(file(2).begun()).isZero();
        file(2).append(ROWS);
        file(2).finish();

        assertThat(file(1).isWhole()).isFalse();
        assertThat(file(2).isWhole()).isTrue();
    }

    @Test
    void refusesAFileOfAnotherNumberOfRows() throws IOException {
        file(1).begun();
        file(1).append(ROWS);
        file(1).finish();

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> EmbeddingFile.read(path, 5))
                .withMessage(path + ": 24 bytes (expected: of 5 embeddings)");
    }
}
