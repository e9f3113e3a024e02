package dev.millrace.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What needs no model; the rest is tested where the encoder is built. */
class TextEncoderTests {
    @Test
    void padsToALengthThatOnlyTheTextDecides() {
        assertThat(TextEncoder.bucket(2, 256)).isEqualTo(8);
        assertThat(TextEncoder.bucket(8, 256)).isEqualTo(8);
        assertThat(TextEncoder.bucket(9, 256)).isEqualTo(9);
        assertThat(TextEncoder.bucket(3, 5)).isEqualTo(5);
        assertThat(TextEncoder.bucket(63, 256)).isEqualTo(63);
        assertThat(TextEncoder.bucket(64, 256)).isEqualTo(64);
        assertThat(TextEncoder.bucket(65, 256)).isEqualTo(68);
        assertThat(TextEncoder.bucket(68, 256)).isEqualTo(68);
        assertThat(TextEncoder.bucket(69, 256)).isEqualTo(72);
        assertThat(TextEncoder.bucket(254, 255)).isEqualTo(255);
    }

    @Test
    void computesAtMostThreePercentMoreThanTheTextsHave() {
        assertThat(padding(IntStream.rangeClosed(5, 256))).isBetween(0.001, 0.03);
        // Lengths as of short descriptions: about 22 tokens.
        var random = new Random(1);
        assertThat(padding(
                        IntStream.range(0, 10_000).map(i -> (int) Math.clamp(22 + 8 * random.nextGaussian(), 4, 64))))
                .isBetween(0.0001, 0.03);
    }

    private static double padding(IntStream lengths) {
        var all = lengths.toArray();
        double computed = Arrays.stream(all)
                .map(length -> TextEncoder.bucket(length, 256))
                .sum();
        return (computed - Arrays.stream(all).sum()) / computed;
    }

    @Test
    void makesAnyTextWellFormed() {
        assertThat(Tokenizer.wellFormed("a\0b\uD800c\uDC00\uD83D\uDE00"))
                .isEqualTo("a\uFFFDb\uFFFDc\uFFFD\uD83D\uDE00");
        assertThat(Tokenizer.wellFormed("x".repeat(1 << 20))).hasSize(Tokenizer.MAX_TEXT_LENGTH);
        assertThat(Tokenizer.wellFormed("x".repeat(Tokenizer.MAX_TEXT_LENGTH - 1) + "\uD83D\uDE00"))
                .hasSize(Tokenizer.MAX_TEXT_LENGTH)
                .endsWith("x\uFFFD");
    }

    @Test
    void keepsCountsOfATokenizedTextConsistent() {
        assertThat(new TokenizedText(new long[] {101, 102}, 2, 0))
                .isEqualTo(new TokenizedText(new long[] {101, 102}, 2, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new TokenizedText(new long[0], 0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new TokenizedText(new long[] {101, 102}, 1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new TokenizedText(new long[] {101, 102}, 2, 3));
    }
}
