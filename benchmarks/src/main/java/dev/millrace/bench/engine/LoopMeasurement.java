package dev.millrace.bench.engine;

import static dev.millrace.bench.engine.EngineProgram.MAX_TOKENS;
import static dev.millrace.bench.engine.EngineProgram.WORKERS;

import dev.millrace.bench.engine.EngineProgram.Plan;
import dev.millrace.bench.text.BenchTexts;
import dev.millrace.model.PrecisionChoice;
import java.util.Random;
import java.util.stream.Stream;

/** The encoder in a loop, all texts at once, without anything round it: what a suite is held against. */
final class LoopMeasurement {
    static final String NAME = "bare loop";

    private static final int TEXTS = 256;

    private LoopMeasurement() {}

    static void run(Plan plan) {
        var texts = BenchTexts.fresh(new Random(plan.seed()));
        try (var encoder =
                PrecisionChoice.measured(plan.model(), MAX_TOKENS, WORKERS).encoder()) {
            var tokenized =
                    Stream.generate(texts).limit(TEXTS).map(encoder::tokenize).toList();
            encoder.encode(tokenized);
            for (int round = 1; round <= plan.rounds(); round++) {
                long begun = System.nanoTime();
                long ends = begun + plan.length().toNanos();
                int passes = 0;
                do {
                    encoder.encode(tokenized);
                    passes++;
                } while (System.nanoTime() < ends);
                double rate = passes * TEXTS * 1e9 / (System.nanoTime() - begun);
                EngineProgram.add(NAME, encoder.modelReference().getPrecision(), "texts/s", rate, "");
            }
        }
    }
}
