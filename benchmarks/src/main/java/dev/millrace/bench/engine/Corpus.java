package dev.millrace.bench.engine;

import dev.millrace.model.TextEncoder;
import dev.millrace.model.TokenizedText;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Texts of known lengths. What their words are makes no difference to the engine; each word is one token.
 *
 * @param name as figures name it
 */
record Corpus(String name, List<String> texts) {
    private static final String[] WORDS = ("meeting tomorrow free offer report please review winner click garden train"
                    + " money patch build server lunch today family paper number green letter bridge river")
            .split(" ");

    Corpus {
        texts = List.copyOf(texts);
    }

    /** As short descriptions are: 4 to 64 tokens, about 22. */
    static Corpus ofShortTexts(RandomGenerator random, int count) {
        return of("short", random, IntStream.range(0, count).map(i ->
                (int) Math.clamp(Math.round(22 + 8 * random.nextGaussian()), 4, 64)));
    }

    /** Any length from 5 to 256 tokens. */
    static Corpus ofMixedTexts(RandomGenerator random, int count) {
        return of("5 to 256", random, IntStream.range(0, count).map(i -> random.nextInt(5, 257)));
    }

    /** All of one length, tokens. */
    static Corpus ofTexts(RandomGenerator random, int count, int length) {
        return of(length + " tokens", random, IntStream.generate(() -> length).limit(count));
    }

    private static Corpus of(String name, RandomGenerator random, IntStream lengths) {
        // Two tokens are the special ones.
        return new Corpus(
                name,
                lengths.mapToObj(length -> Stream.generate(() -> WORDS[random.nextInt(WORDS.length)])
                                .limit(length - 2)
                                .collect(Collectors.joining(" ")))
                        .toList());
    }

    List<TokenizedText> tokenized(TextEncoder encoder) {
        return texts.stream().map(encoder::tokenize).toList();
    }

    static long tokens(List<TokenizedText> texts) {
        return texts.stream().mapToLong(TokenizedText::length).sum();
    }

    /** Texts by their padded lengths, the longest first, as {@link TextEncoder} pads them. */
    static List<List<TokenizedText>> byPaddedLength(TextEncoder encoder, List<TokenizedText> texts) {
        return texts.stream().collect(Collectors.groupingBy(encoder::paddedLength)).entrySet().stream()
                .sorted(Comparator.comparing(Map.Entry::getKey, Comparator.reverseOrder()))
                .map(Map.Entry::getValue)
                .toList();
    }
}
