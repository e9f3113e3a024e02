package dev.millrace.model.mail;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelTextTests {
    @Test
    void putsTheSubjectBeforeTheBody() {
        assertThat(ModelText.of("Lunch", "At noon?")).isEqualTo("Lunch\nAt noon?");
        assertThat(ModelText.of("", "At noon?")).isEqualTo("At noon?");
        assertThat(ModelText.of("Lunch", "")).isEqualTo("Lunch");
    }

    @Test
    void shortensSpacesLinesAndRuns() {
        assertThat(ModelText.of("s", "a \t b\r\n\r\n\r\n  c ======== d!!!! e..."))
                .isEqualTo("s\na b\nc === d!!! e...");
    }

    @Test
    void namesLinksAndAddressesByWords() {
        assertThat(ModelText.of("s", "see http://x.example/a?b=c, www.y.example or me@z.example now"))
                .isEqualTo("s\nsee link link or address now");
    }

    @Test
    void dropsCharactersNobodySees() {
        assertThat(ModelText.of("s", "vi\u200bag\u00adra\u0000 \ud800x \ufeff")).isEqualTo("s\nviagra x");
    }

    @Test
    void composesCharacters() {
        assertThat(ModelText.of("s", "Gru\u0308\u00dfe")).isEqualTo("s\nGr\u00fc\u00dfe");
    }

    @Test
    void keepsSurrogatePairsWhole() {
        String text = ModelText.of("", "x" + "\ud83d\ude00\ud83d\ude01".repeat(ModelText.MAX_LENGTH));

        assertThat(text.length()).isEqualTo(ModelText.MAX_LENGTH - 1);
        assertThat(text.codePoints().noneMatch(c -> c >= 0xd800 && c <= 0xdfff)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            [ILUG] Disks        | Disks
            Re: [ILUG] Disks    | Re: Disks
            RE: Fwd: [a b] x    | RE: Fwd: x
            Disks [solved]      | Disks [solved]
            """)
    void dropsTheTagOfAMailingList(String subject, String kept) {
        assertThat(ModelText.of(subject, "body")).isEqualTo(kept + "\nbody");
    }

    @Test
    void dropsTheFootersOfMailingLists() {
        String text = ModelText.of("s", """
                Words.

                -------------------------------------------------------
                This sf.net email is sponsored by: Some Shop
                http://shop.example/
                _______________________________________________
                Some-users mailing list
                Some-users@lists.example
                https://lists.example/lists/listinfo/some-users
                """);

        assertThat(text).isEqualTo("s\nWords.");
    }

    @Test
    void keepsAnAuthorsOwnSignatureAndRules() {
        String body = "Words.\n--\nAnn\nBoat builder\n________________________\nmore words";

        assertThat(ModelText.of("s", body)).isEqualTo("s\nWords.\n--\nAnn\nBoat builder\n___\nmore words");
    }
}
