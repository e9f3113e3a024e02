package dev.millrace.bench.engine;

import static dev.millrace.bench.engine.EngineProgram.MAX_TOKENS;
import static dev.millrace.bench.engine.EngineProgram.WORKERS;
import static dev.millrace.bench.engine.EngineProgram.add;
import static dev.millrace.bench.engine.EngineProgram.tell;

import dev.millrace.bench.engine.EngineProgram.Plan;
import dev.millrace.model.Precision;
import dev.millrace.model.PrecisionChoice;
import dev.millrace.model.TextEncoder;
import dev.millrace.model.TokenizedText;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;

/** The encoder against what one would write without it, on short and on mixed texts. */
final class EngineMeasurement {
    private static final int SHORT_TEXTS = 1024;

    /** As many as have about as many tokens as the short ones, times three. */
    private static final int MIXED_TEXTS = 512;

    /** Of the corpus, to find the best batch in arrival order. */
    private static final int TEXTS_OF_SWEEP = 128;

    private static final int POLL = 32;
    private static final int CONSUMERS = 4;
    private static final int PART_OF_A_CALL = 128;
    private static final List<Integer> SIZES = List.of(4, 8, 16, 32, 64);

    private final Plan plan;
    private final Corpus corpus;
    private final TextEncoder encoder;
    private final PlainEngine plain;
    private final List<TokenizedText> texts;
    private final long tokens;

    private EngineMeasurement(Plan plan, Corpus corpus, TextEncoder encoder, PlainEngine plain) {
        this.plan = plan;
        this.corpus = corpus;
        this.encoder = encoder;
        this.plain = plain;
        this.texts = corpus.tokenized(encoder);
        this.tokens = Corpus.tokens(texts);
    }

    /** All texts once. */
    private interface Pass {
        void run() throws Exception;
    }

    static void run(Plan plan) throws Exception {
        var random = new Random(plan.seed());
        try (var encoder =
                PrecisionChoice.measured(plan.model(), MAX_TOKENS, WORKERS).encoder()) {
            var precision = Precision.of(encoder.modelReference().getPrecision());
            tell("%s, %d workers of one thread", precision.text(), WORKERS);
            try (var plain = new PlainEngine(plan.model(), precision, WORKERS)) {
                for (var corpus :
                        List.of(Corpus.ofShortTexts(random, SHORT_TEXTS), Corpus.ofMixedTexts(random, MIXED_TEXTS))) {
                    new EngineMeasurement(plan, corpus, encoder, plain).run();
                }
            }
        }
    }

    private void run() throws Exception {
        var fifo = bestInArrivalOrder();
        try (var prepared = plain.new Prepared(Corpus.byPaddedLength(encoder, texts), 1024, 32)) {
            var variants = new LinkedHashMap<String, Pass>();
            variants.put("one by one", () -> plain.inArrivalOrder(texts, 1, WORKERS));
            variants.put("arrival order", () -> plain.inArrivalOrder(texts, fifo.size(), fifo.threads()));
            variants.put("ours, all at once", () -> encoder.encode(texts));
            variants.put("ours, polls of 32", () -> inPolls(texts));
            variants.put("ours, 4 consumers", this::byConsumers);
            variants.put("bare forward", prepared::forward);
            variants.put("ours, from text", this::fromText);
            addPadding(plain.inArrivalOrder(texts, fifo.size(), fifo.threads()));
            for (var pass : variants.values()) {
                pass.run();
            }
            for (int round = 1; round <= plan.rounds(); round++) {
                var rates = new LinkedHashMap<String, Double>();
                for (var variant : variants.entrySet()) {
                    rates.put(variant.getKey(), measure(variant.getKey(), variant.getValue()));
                }
                compare(rates);
            }
        }
    }

    private record Fifo(int size, int threads) {}

    /** The best of a sweep; each value of it is a figure, too. */
    private Fifo bestInArrivalOrder() throws Exception {
        var best = new Fifo(1, 1);
        double bestRate = 0;
        for (int threads = 1; threads <= WORKERS; threads++) {
            for (int size : SIZES) {
                var some = texts.subList(0, TEXTS_OF_SWEEP);
                plain.inArrivalOrder(some.subList(0, TEXTS_OF_SWEEP / 4), size, threads);
                long begun = System.nanoTime();
                plain.inArrivalOrder(some, size, threads);
                double rate = some.size() * 1e9 / (System.nanoTime() - begun);
                add(
                        "sweep, arrival order",
                        "%s, %d x %d threads".formatted(corpus.name(), size, threads),
                        "texts/s",
                        rate,
                        "");
                if (rate > bestRate) {
                    bestRate = rate;
                    best = new Fifo(size, threads);
                }
            }
        }
        tell("%s: in arrival order best with %d a batch, %d threads", corpus.name(), best.size(), best.threads());
        return best;
    }

    private void addPadding(long inArrivalOrder) {
        double ours = texts.stream().mapToLong(encoder::paddedLength).sum();
        add(
                "padded",
                corpus.name() + ", arrival order",
                "%",
                100 * (inArrivalOrder - tokens) / (double) inArrivalOrder,
                "");
        add("padded", corpus.name() + ", ours", "%", 100 * (ours - tokens) / ours, "3 or less");
    }

    private double measure(String variant, Pass pass) throws Exception {
        long allocated = allocated();
        long begun = System.nanoTime();
        long ends = begun + plan.length().toNanos();
        int passes = 0;
        do {
            pass.run();
            passes++;
        } while (System.nanoTime() < ends);
        double seconds = (System.nanoTime() - begun) / 1e9;
        double rate = passes * texts.size() / seconds;
        String name = corpus.name() + ", " + variant;
        add("texts", name, "texts/s", rate, "");
        add("tokens", name, "tokens/s", passes * tokens / seconds, "");
        if (variant.equals("ours, from text")) {
            double bytes = (allocated() - allocated) / (double) passes / texts.size();
            add("allocated a text", name, "bytes", bytes, "8192 or less");
        }
        tell("%s: %.0f texts/s", name, rate);
        return rate;
    }

    private void compare(Map<String, Double> rates) {
        String goal = corpus.name().equals("short") ? "1.5 or more" : "2.5 or more";
        double ours = rates.getOrDefault("ours, all at once", 0.0);
        add("ours / arrival order", corpus.name(), "", ours / rates.getOrDefault("arrival order", 0.0), goal);
        add("ours / one by one", corpus.name(), "", ours / rates.getOrDefault("one by one", 0.0), "");
        double parity = rates.getOrDefault("ours, from text", 0.0) / rates.getOrDefault("bare forward", 0.0);
        add("ours, from text / bare forward", corpus.name(), "", parity, "0.95 or more");
    }

    private void inPolls(List<TokenizedText> all) {
        for (int i = 0; i < all.size(); i += POLL) {
            encoder.encode(all.subList(i, Math.min(all.size(), i + POLL)));
        }
    }

    private void byConsumers() throws Exception {
        inParts(CONSUMERS, part -> inPolls(part.stream().map(texts::get).toList()));
    }

    /** Two callers, so that one splits texts into tokens while the other's are run. */
    private void fromText() throws Exception {
        inParts(2, part -> {
            for (int i = 0; i < part.size(); i += PART_OF_A_CALL) {
                encoder.encode(part.subList(i, Math.min(part.size(), i + PART_OF_A_CALL)).stream()
                        .map(at -> encoder.tokenize(corpus.texts().get(at)))
                        .toList());
            }
        });
    }

    private interface Part {
        void run(List<Integer> positions);
    }

    private void inParts(int count, Part work) throws Exception {
        try (var callers = Executors.newFixedThreadPool(count)) {
            var parts = new ArrayList<Callable<Void>>();
            for (int i = 0; i < count; i++) {
                var positions = new ArrayList<Integer>();
                for (int at = i; at < texts.size(); at += count) {
                    positions.add(at);
                }
                parts.add(() -> {
                    work.run(positions);
                    return null;
                });
            }
            for (var part : callers.invokeAll(parts)) {
                part.get();
            }
        }
    }

    private static long allocated() {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        return threads.getTotalThreadAllocatedBytes();
    }
}
