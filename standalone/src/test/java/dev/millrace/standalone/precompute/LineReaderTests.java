package dev.millrace.standalone.precompute;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.standalone.precompute.LineReader.Position;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LineReaderTests {
    @TempDir
    private Path folder;

    @Test
    void readsLinesAndTheirPlaces() throws IOException {
        assertThat(read("one\n\nthree\r\nlast", 10, Position.BEGIN))
                .containsExactly("1@4 one", "2@5 ", "3@12 three\r", "4@16 last");
        assertThat(read("one\n", 10, Position.BEGIN)).containsExactly("1@4 one");
        assertThat(read("", 10, Position.BEGIN)).isEmpty();
    }

    @Test
    void goesOnAtTheEndOfALine() throws IOException {
        assertThat(read("one\ntwo\nthree", 10, new Position(4, 1))).containsExactly("2@8 two", "3@13 three");
        assertThat(read("one\n", 10, new Position(4, 1))).isEmpty();
    }

    @Test
    void passesOverALineThatIsTooLong() throws IOException {
        assertThat(read("12345\n123456\nend", 5, Position.BEGIN))
                .containsExactly("1@6 12345", "2@13 too long", "3@16 end");
    }

    private List<String> read(String text, int longest, Position from) throws IOException {
        var file = Files.writeString(folder.resolve("lines"), text);
        var lines = new ArrayList<String>();
        try (var reader = new LineReader(file, longest, from)) {
            for (var line = reader.next(); line != null; line = reader.next()) {
                byte[] bytes = line.bytes();
                lines.add("%d@%d %s"
                        .formatted(
                                line.end().line(),
                                line.end().offset(),
                                bytes == null ? "too long" : new String(bytes, UTF_8)));
            }
        }
        return lines;
    }
}
