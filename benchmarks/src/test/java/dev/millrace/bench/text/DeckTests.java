package dev.millrace.bench.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DeckTests {
    private static final List<Integer> NUMBERS = IntStream.range(0, 400).boxed().toList();

    @Test
    void drawsNoneAgainBeforeThreeInFourOfTheOthersCame() {
        var deck = new Deck<>(NUMBERS, new Random(1));

        var drawn = IntStream.range(0, 5000).mapToObj(_ -> deck.draw()).toList();

        for (int i = 0; i + 300 <= drawn.size(); i++) {
            assertThat(new HashSet<>(drawn.subList(i, i + 300))).hasSize(300);
        }
        assertThat(new HashSet<>(drawn)).hasSize(400);
    }

    @Test
    void drawsInAnotherOrderEachTimeRound() {
        var deck = new Deck<>(NUMBERS, new Random(1));

        var first = IntStream.range(0, 400).mapToObj(_ -> deck.draw()).toList();
        var second = IntStream.range(0, 400).mapToObj(_ -> deck.draw()).toList();

        assertThat(second).isNotEqualTo(first);
        assertThat(deck.size()).isEqualTo(400);
    }

    @Test
    void refusesTooFew() {
        assertThatThrownBy(() -> new Deck<>(List.of(1, 2, 3), new Random(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("all: 3 (expected: 4 or more)");
    }
}
