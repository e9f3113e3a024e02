package dev.millrace.bench.text;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DescriptionsTests {
    private static final String GOOD = """
            Package: 0ad
            Depends: 0ad-data (>= 0.0.26)
            Description: Real-time strategy game
            Tag: game::strategy,
             interface::x11
            Section: games

            Package: curl
            Section: non-free/web
            Description-en: transfers data\twith URLs
             and has a long description

            """;

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("available");
    }

    private Descriptions read(String text) throws IOException {
        Files.writeString(file, text);
        return Descriptions.read(file);
    }

    @Test
    void takesNameAndFirstLineOfEachPackage() throws IOException {
        var descriptions = read(GOOD);

        assertThat(descriptions.texts())
                .containsExactly(
                        new TextLine("games", false, "0ad: Real-time strategy game"),
                        new TextLine("web", false, "curl: transfers data with URLs"));
        assertThat(descriptions.leftOut()).isZero();
    }

    @Test
    void takesTranslationsApart() throws IOException {
        var descriptions = read(GOOD + "Package: curl\nDescription-md5: 12\nDescription-de: überträgt Daten\n lang\n");

        assertThat(descriptions.german()).containsExactly(new TextLine("de", false, "curl: überträgt Daten"));
        assertThat(descriptions.texts()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({
        "'Package: a\nDescription: no section\n'",
        "'Package: a\nSection: libs\n'",
        "'Package: a\nSection: libs\nDescription:\n'",
        "'Package: curl\nSection: web\nDescription: came before\n'"
    })
    void leavesOutAndCountsWhatSaysTooLittleOrComesAgain(String paragraph) throws IOException {
        var descriptions = read(GOOD + paragraph);

        assertThat(descriptions.texts()).hasSize(2);
        assertThat(descriptions.leftOut()).isOne();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            'Section: games\nDescription: whose'             | , line 14: a paragraph without Package ends here
            'Package: a\nwhatever this is'                   | , line 14: 'whatever this is' (expected: 'Field: value')
            'Package: a\n: nothing'                          | , line 14: ': nothing' (expected: 'Field: value')
            ' it goes on'                                    | , line 13: a paragraph that begins with a blank
            'Package: a\nSection: x\nPackage: b'             | , line 15: Package twice (expected: an empty line between packages)
            """)
    void refusesWhatIsNoParagraph(String paragraph, String message) {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> read(GOOD + paragraph))
                .withMessageStartingWith(file + message);
    }

    @Test
    void refusesAFolder() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> Descriptions.read(folder))
                .withMessage(folder + ": cannot be read (expected: what 'apt-cache dumpavail' prints)");
    }

    @Test
    void refusesAHugeDescription() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> read(GOOD + "Package: a\nSection: x\nDescription: " + "word ".repeat(3000)))
                .withMessage(file + ", line 15: a description of 14,999 characters (expected: at most 10,000)");
    }

    @Test
    void refusesWhatIsNotText() throws IOException {
        Files.write(file, "Package: a\nDescription: für\n".getBytes(ISO_8859_1));

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> Descriptions.read(file))
                .withMessage(file + ": not UTF-8 (expected: what 'apt-cache dumpavail' prints)");
    }
}
