package dev.millrace.bench.engine;

import static dev.millrace.bench.engine.EngineProgram.WORKERS;
import static dev.millrace.bench.engine.EngineProgram.add;
import static dev.millrace.bench.engine.EngineProgram.tell;

import dev.millrace.bench.engine.EngineProgram.Plan;
import dev.millrace.model.Precision;
import dev.millrace.model.TextEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Random shapes without end, and the model loaded anew again and again: whether memory stays flat. The precision changes
 * with each load where the model has several.
 */
final class Soak {
    /** Texts of a call and tokens of a text, at the most. */
    private static final int TEXTS = 24;

    private static final int LENGTH = 24;
    private static final int CALLS = 50;
    private static final double PART_FOR_WARM_UP = 0.2;

    private Soak() {}

    static void run(Plan plan) throws IOException {
        var random = new Random(plan.seed());
        var precisions = List.copyOf(plan.model().descriptor().weights().keySet());
        var resident = new ArrayList<Double>();
        long begun = System.nanoTime();
        long texts = 0;
        int loads = 0;
        double second = 0;
        while (second < plan.length().toSeconds()) {
            Precision precision = precisions.get(loads % precisions.size());
            try (var encoder = TextEncoder.load(plan.model(), precision, LENGTH, WORKERS)) {
                for (int call = 0; call < CALLS; call++) {
                    int length = random.nextInt(3, LENGTH + 1);
                    var corpus = Corpus.ofTexts(random, random.nextInt(1, TEXTS + 1), length);
                    encoder.encode(corpus.tokenized(encoder));
                    texts += corpus.texts().size();
                }
            }
            loads++;
            second = (System.nanoTime() - begun) / 1e9;
            if (second > PART_FOR_WARM_UP * plan.length().toSeconds()) {
                resident.add(resident());
            }
            System.out.println(new Line.Memory(second, resident()).text());
        }
        add("texts", "in all", "texts", texts, "");
        add("loads", "in all", "loads", loads, "");
        addGrowth(resident);
    }

    /** How the medians of the first and the last quarter after the warm-up differ. */
    private static void addGrowth(List<Double> resident) {
        int quarter = Math.max(1, resident.size() / 4);
        double first = median(resident.subList(0, quarter));
        double last = median(resident.subList(resident.size() - quarter, resident.size()));
        add("resident memory", "first quarter after warm-up", "MiB", first, "");
        add("resident memory", "last quarter", "MiB", last, "");
        add("resident memory", "growth", "%", 100 * (last - first) / first, "-3 to 3");
        tell("resident memory: %.0f MiB, then %.0f MiB", first, last);
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    /** MiB; only Linux tells. */
    private static double resident() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D+", "")) / 1024.0;
            }
        }
        throw new IOException("/proc/self/status: no VmRSS");
    }
}
