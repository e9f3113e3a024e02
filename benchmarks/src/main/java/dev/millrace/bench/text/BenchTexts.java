package dev.millrace.bench.text;

import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Texts to be posted. Suppliers are not safe to share between threads. */
public final class BenchTexts {
    /** How many words a text has: about 200 tokens, as a short mail. */
    public static final int WORDS_PER_TEXT = 160;

    private static final List<String> WORDS = List.of(
            ("meeting tomorrow free offer report please review invoice winner click garden train delay money patch build"
                            + " server recipe lunch discount today guarantee family photos ticket budget draft limited"
                            + " amazing notes question answer weather holiday bridge river paper number green letter")
                    .split(" "));

    private BenchTexts() {}

    /** Texts that never came before. */
    public static Supplier<String> fresh(RandomGenerator random) {
        return () -> text(random);
    }

    /**
     * Texts out of a set, the k-th most frequent of which comes with a frequency of 1/k (Zipf's law, exponent 1).
     *
     * @param different how many texts there are
     */
    public static Supplier<String> zipf(RandomGenerator random, int different) {
        var texts = new String[different];
        var upTo = new double[different];
        double sum = 0;
        for (int k = 0; k < different; k++) {
            texts[k] = text(random);
            sum += 1.0 / (k + 1);
            upTo[k] = sum;
        }
        double whole = sum;
        return () -> {
            int at = Arrays.binarySearch(upTo, random.nextDouble() * whole);
            return texts[Math.min(different - 1, at < 0 ? -at - 1 : at)];
        };
    }

    private static String text(RandomGenerator random) {
        var text = new StringBuilder();
        for (int i = 0; i < WORDS_PER_TEXT; i++) {
            text.append(i % 12 == 11 ? ".\n" : " ").append(WORDS.get(random.nextInt(WORDS.size())));
        }
        return text.append(' ').append(Long.toString(random.nextLong(), 36)).toString();
    }
}
