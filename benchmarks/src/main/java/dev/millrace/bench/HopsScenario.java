package dev.millrace.bench;

import dev.millrace.bench.text.BenchTexts;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** 20 new texts of 160 words (about 200 tokens) a second, and how long each spends where. */
final class HopsScenario implements Scenario.Body {
    private static final double RATE = 20;
    /** By then the JVMs have compiled most of what they will; before, a result takes twice to thrice the time. */
    private static final Duration WARM_UP = Duration.ofSeconds(90);

    private static final String VARIANT = "20 uploads/s";

    @Override
    public Scenario.Findings run(Suites suites, BenchSettings settings) throws Exception {
        return suites.with(Map.of(), target -> {
            var random = settings.random();
            var figures = new Figures();
            try (var load = target.load()) {
                settings.tell("warming up");
                load.open(RATE, WARM_UP, random, BenchTexts.fresh(random));
            }
            for (int round = 1; round <= settings.rounds(); round++) {
                try (var load = target.load()) {
                    var samples = load.open(RATE, settings.length(), random, BenchTexts.fresh(random));
                    var done = samples.stream().filter(Sample::isPublished).toList();
                    double median = Sample.percentile(done, 50, Sample::untilKnown);
                    figures.add("result, p50", VARIANT, "ms", median);
                    figures.add("result, p99", VARIANT, "ms", Sample.percentile(done, 99, Sample::untilKnown));
                    figures.add("without result", VARIANT, "uploads", samples.size() - done.size(), "0");
                    HopFigures.add(load.hops(), VARIANT, figures);
                    settings.tell("result p50 %.1f ms", median);
                }
            }
            return new Scenario.Findings(
                    Map.of("words a text", Integer.toString(BenchTexts.WORDS_PER_TEXT)), figures.all(), List.of());
        });
    }
}
