package dev.millrace.bench.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BenchTextsTests {
    @Test
    void makesTextsThatNeverCameBefore() {
        var texts = BenchTexts.fresh(new Random(1));
        var seen = new HashSet<String>();
        for (int i = 0; i < 10_000; i++) {
            assertThat(seen.add(texts.get())).isTrue();
        }
        assertThat(texts.get().strip().split("\\s+")).hasSize(BenchTexts.WORDS_PER_TEXT + 1);
    }

    @Test
    void drawsTheKthTextWithAFrequencyOfOneInK() {
        var texts = BenchTexts.zipf(new Random(1), 100);
        var counts = new HashMap<String, Integer>();
        int draws = 200_000;
        for (int i = 0; i < draws; i++) {
            counts.merge(texts.get(), 1, Integer::sum);
        }

        var ranked = counts.values().stream().sorted(Collections.reverseOrder()).toList();
        double harmonic = Stream.iterate(1.0, k -> k + 1)
                .limit(100)
                .mapToDouble(k -> 1 / k)
                .sum();
        assertThat(ranked).hasSize(100);
        for (int k : new int[] {1, 2, 5, 10, 50}) {
            double expected = draws / harmonic / k;
            assertThat((double) ranked.get(k - 1)).as("rank %d", k).isCloseTo(expected, within(expected * 0.1));
        }
    }
}
