package dev.millrace.bench;

import dev.millrace.bench.text.BenchTexts;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Texts of 160 words (about 200 tokens), each new. */
final class LatencyScenario implements Scenario.Body {
    private static final int UNDER_WAY = 128;
    private static final List<Integer> PERCENTS = List.of(20, 50, 70);

    @Override
    public Scenario.Findings run(Suites suites, BenchSettings settings) throws Exception {
        return suites.with(Map.of(), target -> {
            var random = settings.random();
            var figures = new Figures();
            try (var load = target.load()) {
                settings.tell("warming up");
                load.saturate(UNDER_WAY, Duration.ofSeconds(20), BenchTexts.fresh(random));
                double capacity = load.saturate(UNDER_WAY, settings.length(), BenchTexts.fresh(random));
                figures.add("capacity", "all new", "uploads/s", capacity);
                settings.tell("capacity: %.1f uploads/s", capacity);
                for (int round = 1; round <= settings.rounds(); round++) {
                    for (int percent : PERCENTS) {
                        measure(target, capacity * percent / 100, percent + " %", random, settings, figures);
                    }
                }
                return new Scenario.Findings(
                        Map.of("words a text", Integer.toString(BenchTexts.WORDS_PER_TEXT)), figures.all(), List.of());
            }
        });
    }

    private static void measure(
            Suites.Target target,
            double rate,
            String variant,
            RandomGenerator random,
            BenchSettings settings,
            Figures figures)
            throws Exception {
        try (var load = target.load()) {
            var samples = load.open(rate, settings.length(), random, BenchTexts.fresh(random));
            var done = samples.stream().filter(Sample::isPublished).toList();
            figures.add("answer, p50", variant, "ms", Sample.percentile(samples, 50, Sample::untilAnswered));
            figures.add("answer, p99", variant, "ms", Sample.percentile(samples, 99, Sample::untilAnswered));
            figures.add("result, p50", variant, "ms", Sample.percentile(done, 50, Sample::untilKnown));
            figures.add("result, p99", variant, "ms", Sample.percentile(done, 99, Sample::untilKnown));
            figures.add("without result", variant, "uploads", samples.size() - done.size(), "0");
            HopFigures.add(load.hops(), variant, figures);
            settings.tell(
                    "%s (%.1f uploads/s): result p50 %.0f ms, p99 %.0f ms",
                    variant,
                    rate,
                    Sample.percentile(done, 50, Sample::untilKnown),
                    Sample.percentile(done, 99, Sample::untilKnown));
        }
    }
}
