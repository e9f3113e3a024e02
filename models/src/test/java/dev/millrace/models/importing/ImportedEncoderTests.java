package dev.millrace.models.importing;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.fail;

import dev.millrace.model.ModelExecutionException;
import dev.millrace.model.Precision;
import dev.millrace.model.PrecisionChoice;
import dev.millrace.model.TextEncoder;
import dev.millrace.model.TokenizedText;
import dev.millrace.stage.TransientFailureException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ImportedEncoderTests {
    private static final int MAX_TOKENS = 512;

    private static TextEncoder fp32;
    private static TextEncoder bf16;

    @BeforeAll
    static void loadTheEncoder() {
        var model = TestRepository.encoder();
        fp32 = TextEncoder.load(model, Precision.FP32, MAX_TOKENS, 2);
        bf16 = TextEncoder.load(model, Precision.BF16, MAX_TOKENS, 2);
    }

    @AfterAll
    static void closeTheEncoder() {
        fp32.close();
        bf16.close();
    }

    @Test
    void agreesWithOnnxRuntimeOnTheSameWeights() throws Exception {
        var texts = new GeneratedTexts(new Random(7))
                .take(200).stream().map(fp32::tokenize).toList();
        assertThat(texts.stream().mapToInt(TokenizedText::length))
                .contains(2, 3, MAX_TOKENS)
                .allMatch(n -> n <= MAX_TOKENS);

        float[][] asFp32 = fp32.encode(texts);
        float[][] asBf16 = bf16.encode(texts);

        double worstFp32 = 1;
        double worstBf16 = 1;
        try (var reference = new OnnxReference()) {
            for (int i = 0; i < texts.size(); i++) {
                double[] expected = reference.embed(texts.get(i).ids());
                worstFp32 = Math.min(worstFp32, cosine(expected, asFp32[i]));
                worstBf16 = Math.min(worstBf16, cosine(expected, asBf16[i]));
            }
        }
        System.out.printf("worst cosine to ONNX Runtime over 200 texts: fp32 %.9f, bf16 %.6f%n", worstFp32, worstBf16);
        assertThat(worstFp32).isGreaterThanOrEqualTo(0.9999);
        assertThat(worstBf16).isGreaterThanOrEqualTo(0.999);
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void givesTheSameBitsAloneAndInAnyBatch(Precision precision) {
        var encoder = encoder(precision);
        var generated = new GeneratedTexts(new Random(11));
        var texts = new ArrayList<TokenizedText>();
        // Lengths around each rule of padding, enough of each to fill a batch and begin another.
        for (int length : new int[] {2, 3, 7, 8, 9, 17, 33, 64, 66, 68, 129, 256}) {
            int count = Math.min(32, 1024 / length) + 2;
            for (int i = 0; i < count; i++) {
                texts.add(cut(encoder.tokenize(generated.ofWords(length)), length));
            }
        }

        var alone = texts.stream().map(text -> encoder.encode(List.of(text))[0]).toList();

        for (int round = 0; round < 2; round++) {
            var order = new ArrayList<>(IntStream.range(0, texts.size()).boxed().toList());
            Collections.shuffle(order, new Random(round));
            float[][] together = encoder.encode(order.stream().map(texts::get).toList());
            for (int i = 0; i < order.size(); i++) {
                assertThat(together[i]).isEqualTo(alone.get(order.get(i)));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void givesTheSameBitsWhateverOtherCallersBring(Precision precision) throws Exception {
        var encoder = encoder(precision);
        var generated = new GeneratedTexts(new Random(13));
        var random = new Random(17);
        var texts = IntStream.range(0, 200)
                .map(i -> 2 + random.nextInt(i % 8 == 0 ? 250 : 30))
                .mapToObj(length -> cut(encoder.tokenize(generated.ofWords(length)), length))
                .toList();
        var alone = texts.stream().map(text -> encoder.encode(List.of(text))[0]).toList();

        try (var callers = Executors.newFixedThreadPool(8)) {
            var calls = new ArrayList<Callable<Void>>();
            for (int i = 0; i < 40; i++) {
                var mine = random.ints(25, 0, texts.size()).boxed().toList();
                calls.add(() -> {
                    float[][] together =
                            encoder.encode(mine.stream().map(texts::get).toList());
                    for (int k = 0; k < mine.size(); k++) {
                        assertThat(together[k]).isEqualTo(alone.get(mine.get(k)));
                    }
                    return null;
                });
            }
            for (var call : callers.invokeAll(calls)) {
                call.get();
            }
        }
    }

    @Test
    void isRunInAPrecisionThatWasMeasuredOrIsTheOnlyOne() {
        var choice = PrecisionChoice.measured(TestRepository.encoder(), 64, 1);
        try (var encoder = choice.encoder()) {
            var precision = Precision.of(encoder.modelReference().getPrecision());

            switch (choice.reason()) {
                case MEASURED -> {
                    assertThat(choice.tokensPerSecond()).containsOnlyKeys(Precision.FP32, Precision.BF16);
                    assertThat(choice.tokensPerSecond().get(precision)).isPositive();
                }
                case ONLY -> assertThat(precision).isEqualTo(Precision.FP32);
                case FORCED -> fail("nobody forced it");
            }
            assertThat(encoder.encode(List.of(encoder.tokenize("still open")))).hasDimensions(1, 384);
        }
    }

    /** The texts are drawn at random, so they lie closer to each other than any that people write. */
    @Test
    void isAboutAsGoodInBf16AsItsCardSays() {
        var quality = requireNonNull(
                requireNonNull(TestRepository.encoder().descriptor().encoder())
                        .quality()
                        .get(Precision.BF16));
        var texts = new GeneratedTexts(new Random(19))
                .take(100).stream().map(fp32::tokenize).toList();
        float[][] exact = fp32.encode(texts);
        float[][] other = bf16.encode(texts);

        double[] cosines = IntStream.range(0, texts.size())
                .mapToDouble(i -> cosine(
                        IntStream.range(0, 384).mapToDouble(k -> exact[i][k]).toArray(), other[i]))
                .sorted()
                .toArray();
        assertThat(cosines[0]).isGreaterThanOrEqualTo(quality.worstCosine() - 1e-3);
        assertThat(cosines[texts.size() / 2]).isGreaterThanOrEqualTo(quality.medianCosine() - 1e-4);
    }

    @Test
    void takesAnyText() {
        for (String text : List.of(
                "",
                "\0\0",
                "\uDC00\uD800",
                "\uFFFF\uFFFE",
                "\u202E\u0301\u0301",
                "a".repeat(1 << 20),
                "! ".repeat(1 << 19),
                "😀".repeat(1 << 19),
                "[CLS][SEP][PAD][UNK]",
                "\uD83D".repeat(1000))) {
            var tokenized = fp32.tokenize(text);

            assertThat(tokenized.length()).isBetween(2, MAX_TOKENS);
            assertThat(tokenized.ids()).startsWith(101).endsWith(102);
            for (float x : fp32.encode(List.of(tokenized))[0]) {
                assertThat(x).isFinite();
            }
        }
    }

    @Test
    void countsTokensBeforeItCutsThem() {
        try (var encoder = TextEncoder.load(TestRepository.encoder(), Precision.FP32, 5, 1)) {
            var text = encoder.tokenize("one two three four \uAC8C\uAC8C\uAC8C five 😀");

            assertThat(text.ids()).containsExactly(101, 2028, 2048, 2093, 102);
            assertThat(text.tokenCount()).isGreaterThan(text.length());
            assertThat(text.unknownCount()).isEqualTo(1);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> encoder.encode(List.of(new TokenizedText(new long[6], 6, 0))))
                    .withMessage("tokens: 6 (expected: 1 to 5)");
        }
    }

    @Test
    void reportsAFailureOfTheModelAndGoesOn() {
        var bad = new TokenizedText(new long[] {101, 99_999, 102}, 3, 0);
        var good = fp32.tokenize("still well");

        assertThatExceptionOfType(ModelExecutionException.class).isThrownBy(() -> fp32.encode(List.of(good, bad)));
        assertThat(fp32.encode(List.of(good))).hasDimensions(1, 384);
        assertThat(fp32.encode(List.of())).isEmpty();
    }

    @Test
    void blamesNoTextWhenItIsClosed() {
        var encoder = TextEncoder.load(TestRepository.encoder(), Precision.FP32, 5, 1);
        var text = encoder.tokenize("one");
        encoder.close();

        assertThatExceptionOfType(TransientFailureException.class).isThrownBy(() -> encoder.tokenize("one"));
        assertThatExceptionOfType(TransientFailureException.class).isThrownBy(() -> encoder.encode(List.of(text)));
    }

    @Test
    void blamesNoTextWhenItsCallerIsInterrupted() {
        var text = fp32.tokenize("word ".repeat(MAX_TOKENS));

        Thread.currentThread().interrupt();

        assertThatExceptionOfType(TransientFailureException.class).isThrownBy(() -> fp32.encode(List.of(text)));
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void closesWhileTextsAreTokenized() throws Exception {
        for (int round = 0; round < 5; round++) {
            var encoder = TextEncoder.load(TestRepository.encoder(), Precision.FP32, 5, 1);
            var begun = new CountDownLatch(2);
            Callable<String> tokenizing = () -> {
                try {
                    while (true) {
                        encoder.tokenize("some words ".repeat(500));
                        begun.countDown();
                    }
                } catch (TransientFailureException e) {
                    return String.valueOf(e.getMessage());
                }
            };

            try (var threads = Executors.newFixedThreadPool(2)) {
                var ends = List.of(threads.submit(tokenizing), threads.submit(tokenizing));
                begun.await();
                encoder.close();

                assertThat(ends.getFirst().get()).isEqualTo("tokenizer: closed");
                assertThat(ends.getLast().get()).isEqualTo("tokenizer: closed");
            }
        }
    }

    @Test
    void namesItselfByTheDigestOfItsWeights() {
        fp32.warmUp();

        var reference = bf16.modelReference();

        assertThat(reference.getName()).isEqualTo("all-MiniLM-L6-v2");
        assertThat(reference.getPrecision()).isEqualTo("bf16");
        assertThat(reference.getDigest())
                .hasSize(64)
                .isNotEqualTo(fp32.modelReference().getDigest());
    }

    private static TextEncoder encoder(Precision precision) {
        return switch (precision) {
            case FP32 -> fp32;
            case BF16 -> bf16;
        };
    }

    private static TokenizedText cut(TokenizedText text, int length) {
        long[] ids = Arrays.copyOf(text.ids(), length);
        ids[length - 1] = 102;
        return new TokenizedText(ids, length, 0);
    }

    private static double cosine(double[] expected, float[] actual) {
        double dot = 0;
        double square = 0;
        for (int i = 0; i < expected.length; i++) {
            dot += expected[i] * actual[i];
            square += (double) actual[i] * actual[i];
        }
        return dot / Math.sqrt(square);
    }
}
