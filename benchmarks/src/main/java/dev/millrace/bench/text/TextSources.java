package dev.millrace.bench.text;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Real texts, and the files in which they and changed ones wait to be embedded.
 *
 * @param descriptions of packages, or null
 * @param mails of the corpus, none if they are not to be looked at
 * @param folder where texts and embeddings are kept from run to run
 */
public record TextSources(@Nullable Descriptions descriptions, List<TextLine> mails, Path folder) {
    public static final String DESCRIPTIONS = "descriptions";
    public static final String BF16 = "bf16";
    public static final String CUT = "cut";
    public static final String WORDS = "words";
    public static final String GERMAN = "german";
    public static final String MAILS = "mails";

    /** Of the descriptions, the first so many are there for windows alone, and changed ones of them. */
    public static final int FOR_WINDOWS = 2500;

    private static final int FEWEST_DESCRIPTIONS = 20_000;
    /** Some minutes of the encoder. */
    private static final int MOST_DESCRIPTIONS = 30_000;

    private static final int MOST_GERMAN = 1000;
    private static final int FEWEST_GERMAN = 200;
    private static final double REPLACED_WORDS = 0.05;
    private static final int MAX_TOKENS = 256;
    private static final int CUT_TOKENS = 16;
    /** Of the texts' order and the words. It does not change from run to run, so that embeddings are found again. */
    private static final long SEED = 20_261_123;

    public TextSources {
        mails = List.copyOf(mails);
        if (descriptions == null && mails.isEmpty()) {
            throw new IllegalArgumentException("texts: none (expected: descriptions of packages, mails, or both)");
        }
        int count = descriptions == null
                ? FEWEST_DESCRIPTIONS
                : descriptions.texts().size();
        if (count < FEWEST_DESCRIPTIONS) {
            throw new IllegalArgumentException("texts: %,d descriptions with a section (expected: %,d or more)"
                    .formatted(count, FEWEST_DESCRIPTIONS));
        }
    }

    /**
     * Writes the files.
     *
     * @return what is to be embedded, as {@link dev.millrace.bench.engine.EmbeddingProgram} takes it
     */
    public List<String> write() throws IOException {
        Files.createDirectories(folder);
        var jobs = new ArrayList<String>();
        if (descriptions != null) {
            var random = new Random(SEED);
            var shuffled = new ArrayList<>(descriptions.texts());
            Collections.shuffle(shuffled, random);
            var all = shuffled.subList(0, Math.min(shuffled.size(), MOST_DESCRIPTIONS));
            var some = all.subList(0, FOR_WINDOWS);
            jobs.add(write(DESCRIPTIONS, all, "fp32", MAX_TOKENS));
            jobs.add(write(BF16, some, "bf16", MAX_TOKENS));
            jobs.add(write(CUT, some, "fp32", CUT_TOKENS));
            jobs.add(write(WORDS, withOtherWords(some, all, random), "fp32", MAX_TOKENS));
            var german = new ArrayList<>(descriptions.german());
            Collections.shuffle(german, random);
            if (german.size() >= FEWEST_GERMAN) {
                var few = german.subList(0, Math.min(german.size(), MOST_GERMAN));
                jobs.add(write(GERMAN, few, "fp32", MAX_TOKENS));
            }
        }
        if (!mails.isEmpty()) {
            jobs.add(write(MAILS, mails, "fp32", MAX_TOKENS));
        }
        return jobs;
    }

    private String write(String name, List<TextLine> lines, String precision, int maxTokens) throws IOException {
        TextLine.write(folder.resolve(name + ".txt"), lines);
        return "%s,%s,%d".formatted(name, precision, maxTokens);
    }

    /** One word in twenty is another one, drawn from all texts as often as it stands there. */
    static List<TextLine> withOtherWords(List<TextLine> lines, List<TextLine> all, Random random) {
        var words = all.stream()
                .flatMap(line -> Stream.of(line.content().split(" ")))
                .toList();
        return lines.stream()
                .map(line -> new TextLine(
                        line.group(),
                        false,
                        Stream.of(line.content().split(" "))
                                .map(word -> random.nextDouble() < REPLACED_WORDS
                                        ? words.get(random.nextInt(words.size()))
                                        : word)
                                .collect(Collectors.joining(" "))))
                .toList();
    }
}
