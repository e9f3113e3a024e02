package dev.millrace.bench.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class CorpusTests {
    @Test
    void makesTextsOfTheLengthsThatItNames() {
        var random = new Random(1);

        assertThat(Corpus.ofTexts(random, 5, 16).texts()).hasSize(5).allMatch(text -> tokens(text) == 16);
        assertThat(Corpus.ofMixedTexts(random, 1000).texts())
                .allMatch(text -> tokens(text) >= 5 && tokens(text) <= 256);
        assertThat(Corpus.ofShortTexts(random, 1000).texts().stream()
                        .mapToInt(CorpusTests::tokens)
                        .average())
                .hasValueCloseTo(22.0, org.assertj.core.data.Offset.offset(1.0));
    }

    /** One for each word, and the two special ones. */
    private static int tokens(String text) {
        return text.split(" ").length + 2;
    }
}
