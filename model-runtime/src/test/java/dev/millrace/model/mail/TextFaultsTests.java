package dev.millrace.model.mail;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextFaultsTests {
    private static final Charset WINDOWS_1252 = Charset.forName("windows-1252");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Grüße aus Köln",
                "Öl, Ämter, Übermut",
                "“Quoted” – dash…",
                "It’s",
                "à la carte",
                "Привет",
                "я и ты",
                "Καλημέρα",
                "שלום",
                "日本語",
                "สวัสดี",
                "naïve café €5",
                "zażółć gęślą jaźń",
                "są",
                "cœur",
                "20 °C",
                "5\u00A0%",
                "👍",
                "❤"
            })
    void seesWhatWasReadInTheWrongCharset(String text) {
        byte[] bytes = text.getBytes(UTF_8);

        assertThat(of(text).garbled()).isZero();
        assertThat(of(new String(bytes, ISO_8859_1)).garbled()).isPositive();
        assertThat(of(new String(bytes, WINDOWS_1252)).garbled()).isPositive();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Das war ein Spaß…",
                "Er rief: „Viel Spaß“",
                "‚Spaß‘, ’Spaß’ und »Spaß«",
                "Fuß–Ball und Spaß—Bad",
                "Maß\u00A0« und Spaß\u00A0»",
                "« liberté\u00A0», « là\u00A0»",
                "à\u00A0« l’heure\u00A0»",
                "déjà…», c’est l’été…”",
                "Où\u00A0? Là\u00A0– ici",
                "LE MENÜ“ UND CAFÉ…, CAFÉ\u00A0»",
                "Ø\u00A012 mm, 3\u00A0×\u00A04",
                "PÅ… OG SÅ\u00A0– AMANHû",
                "5 Å², 10\u00A0Å³",
                "hâlâ…”",
                "È “buono”, perché…",
                "ESPAÑA, ¿qué?",
                "Þó að «það»"
            })
    void takesGoodTextForGood(String text) {
        assertThat(of(text).garbled()).isZero();
    }

    @Test
    void countsEachCharacterThatIsGarbled() {
        assertThat(of(new String("Grüße, naïve – Привет 👍".getBytes(UTF_8), ISO_8859_1))
                        .garbled())
                .isEqualTo(11);
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
