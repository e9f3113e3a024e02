package dev.millrace.bench.engine;

import static dev.millrace.bench.engine.EngineProgram.MAX_TOKENS;
import static dev.millrace.bench.engine.EngineProgram.WORKERS;
import static dev.millrace.bench.engine.EngineProgram.add;
import static dev.millrace.bench.engine.EngineProgram.tell;

import dev.millrace.bench.engine.EngineProgram.Plan;
import dev.millrace.model.Precision;
import dev.millrace.model.TextEncoder;
import dev.millrace.model.TokenizedText;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Each precision that the model has, at 16, 64 and 256 tokens a text. */
final class PrecisionMeasurement {
    private static final List<Integer> LENGTHS = List.of(16, 64, 256);
    private static final int TOKENS = 16_384;

    private PrecisionMeasurement() {}

    static void run(Plan plan) throws Exception {
        var encoders = new EnumMap<Precision, TextEncoder>(Precision.class);
        try {
            for (var precision : plan.model().descriptor().weights().keySet()) {
                var encoder = TextEncoder.load(plan.model(), precision, MAX_TOKENS, WORKERS);
                encoders.put(precision, encoder);
                encoder.warmUp();
            }
            measure(plan, encoders);
        } finally {
            encoders.values().forEach(TextEncoder::close);
        }
    }

    private static void measure(Plan plan, Map<Precision, TextEncoder> encoders) {
        var random = new Random(plan.seed());
        for (int length : LENGTHS) {
            var corpus = Corpus.ofTexts(random, TOKENS / length, length);
            for (int round = 0; round <= plan.rounds(); round++) {
                for (var entry : encoders.entrySet()) {
                    var encoder = entry.getValue();
                    var texts = corpus.tokenized(encoder);
                    long begun = System.nanoTime();
                    long ends = begun + (round == 0 ? 0 : plan.length().toNanos());
                    int passes = 0;
                    do {
                        encoder.encode(texts);
                        passes++;
                    } while (System.nanoTime() < ends);
                    double seconds = (System.nanoTime() - begun) / 1e9;
                    if (round > 0) {
                        add(entry.getKey(), corpus, "tokens", "tokens/s", passes * (double) TOKENS / seconds, "");
                        add(entry.getKey(), corpus, "texts", "texts/s", passes * texts.size() / seconds, "");
                        String goal = length == 16 && entry.getKey() == Precision.FP32 ? "5.5 or less" : "";
                        add(entry.getKey(), corpus, "one text alone, p50", "ms", alone(encoder, texts), goal);
                    }
                }
            }
        }
    }

    private static void add(Precision precision, Corpus corpus, String name, String unit, double value, String goal) {
        EngineProgram.add(name, corpus.name() + ", " + precision.text(), unit, value, goal);
        tell("%s, %s: %.1f %s", corpus.name(), precision.text(), value, unit);
    }

    private static double alone(TextEncoder encoder, List<TokenizedText> texts) {
        var times = new ArrayList<Long>();
        for (int i = 0; i < 50; i++) {
            long begun = System.nanoTime();
            encoder.encode(List.of(texts.get(i % texts.size())));
            times.add(System.nanoTime() - begun);
        }
        return times.stream().sorted().toList().get(times.size() / 2) / 1e6;
    }
}
