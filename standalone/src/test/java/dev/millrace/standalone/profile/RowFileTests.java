package dev.millrace.standalone.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.drift.profile.SeriesProfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowFileTests {
    @TempDir
    private Path folder;

    @Test
    void readsNumbersBySeries() throws IOException {
        var rows = RowFile.read(file("""
                {"score": 0.1, "links": 2}
                {"score": 0.3, "links": null}

                {"links": 7}
                """), 10);

        assertThat(rows.count()).isEqualTo(3);
        assertThat(rows.profile().series()).extracting(SeriesProfile::name).containsExactly("score", "links");
        assertThat(rows.profile().series()).extracting(SeriesProfile::rows).containsExactly(2L, 2L);
    }

    @Test
    void readsNoMoreRowsThanAsked() throws IOException {
        var rows = RowFile.read(file("{\"score\": 0.1}\n".repeat(20)), 7);

        assertThat(rows.count()).isEqualTo(7);
        assertThat(rows.profile().series().getFirst().rows()).isEqualTo(7);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            [1, 2]                | row 2: ARRAY (expected: an object of numbers by series
            {"score": "much"}     | row 2, score: STRING (expected: a number or null)
            {"score": 0.1         | row 2:
            score,links           | row 2:
            """)
    void saysWhereAndWhatIsWrong(String line, String message) throws IOException {
        var file = file("{\"score\": 0.1}\n" + line + "\n");

        assertThatThrownBy(() -> RowFile.read(file, 10))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(file.toString())
                .hasMessageContaining(message.strip());
    }

    private Path file(String content) throws IOException {
        return Files.writeString(folder.resolve("rows.ndjson"), content);
    }
}
