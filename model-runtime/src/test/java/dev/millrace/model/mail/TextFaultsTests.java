package dev.millrace.model.mail;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextFaultsTests {
    @ParameterizedTest
    @ValueSource(strings = {"Grüße aus Köln", "“Quoted” – dash…", "Привет", "日本語", "naïve café €5", "👍"})
    void seesWhatWasReadInTheWrongCharset(String text) {
        byte[] bytes = text.getBytes(UTF_8);

        assertThat(of(text).garbled()).isZero();
        assertThat(of(new String(bytes, ISO_8859_1)).garbled()).isPositive();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Grüße aus Köln", "“Quoted” – dash…", "naïve café €5"})
    void seesItInWindows1252(String text) {
        assertThat(of(new String(text.getBytes(UTF_8), Charset.forName("windows-1252")))
                        .garbled())
                .isPositive();
    }

    @Test
    void countsReplacementCharacters() {
        assertThat(of("K\uFFFDln, Stra\uFFFDe").garbled()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<script>alert(1)</script>",
                "a <b>bold</b> word",
                "<img src=x onerror=alert(1)>",
                "<BR/><a href='x'>y</a>"
            })
    void countsTags(String text) {
        assertThat(of(text).tags()).isGreaterThanOrEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a < b and b > c",
                "<me@example.org>",
                "<http://example.org/>",
                "List<String> x",
                "<- see here ->"
            })
    void takesOtherAnglesForText(String text) {
        assertThat(of(text).tags()).isZero();
    }

    private static TextFaults of(String text) {
        return TextFaults.of(MailContent.ofPlainText(text));
    }
}
