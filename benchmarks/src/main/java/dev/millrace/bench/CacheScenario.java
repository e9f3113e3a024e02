package dev.millrace.bench;

import dev.millrace.bench.text.BenchTexts;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** The same stream, cache off and on in turn, each on a suite of its own and warm. */
final class CacheScenario implements Scenario.Body {
    private static final int DIFFERENT = 2000;
    private static final int UNDER_WAY = 128;
    /** What passes without work takes its time in Kafka all the same: with fewer, that is what is measured. */
    private static final int REPEATED_UNDER_WAY = 1024;

    private static final double REPEATED_RATE = 50;
    private static final Duration WARM_UP = Duration.ofSeconds(30);

    @Override
    public Scenario.Findings run(Suites suites, BenchSettings settings) throws Exception {
        var figures = new Figures();
        double rate = 0;
        for (int round = 1; round <= settings.rounds(); round++) {
            double capacity = measure(suites, settings, "off", rate, figures);
            if (rate == 0) {
                // Both sides get half of what the slower one can do, in every round.
                rate = capacity / 2;
                figures = new Figures();
                settings.tell("cache off: %.1f uploads/s at the most; %.1f are posted from now on", capacity, rate);
                measure(suites, settings, "off", rate, figures);
            }
            measure(suites, settings, "on", rate, figures);
        }
        figures.addRatio("known, p50: off / on", "ratio", "known, p50\noff", "known, p50\non", "10 or more");
        figures.addRatio("known, mean: off / on", "ratio", "known, mean\noff", "known, mean\non", "10 or more");
        figures.addRatio("capacity: on / off", "ratio", "capacity\non", "capacity\noff", "2.2 or more");
        return new Scenario.Findings(
                Map.of(
                        "words a text", Integer.toString(BenchTexts.WORDS_PER_TEXT),
                        "different texts", Integer.toString(DIFFERENT),
                        "rate", "%.1f uploads/s".formatted(rate)),
                figures.all(),
                List.of());
    }

    private static double measure(Suites suites, BenchSettings settings, String cache, double rate, Figures figures)
            throws Exception {
        return suites.with(Map.of("MILLRACE_CACHE_ENABLED", Boolean.toString(cache.equals("on"))), target -> {
            var random = settings.random();
            var stream = BenchTexts.zipf(random, DIFFERENT);
            try (var load = target.load()) {
                load.saturate(UNDER_WAY, WARM_UP, stream);
                double capacity = load.saturate(UNDER_WAY, settings.length(), stream);
                if (rate == 0) {
                    return capacity;
                }
                figures.add("capacity", cache, "uploads/s", capacity);
                var samples = load.open(rate, settings.length(), random, stream);
                var done = samples.stream()
                        .filter(sample -> sample.cached() || sample.isPublished())
                        .toList();
                figures.add("known, p50", cache, "ms", Sample.percentile(done, 50, Sample::untilKnown));
                figures.add("known, p99", cache, "ms", Sample.percentile(done, 99, Sample::untilKnown));
                figures.add(
                        "known, mean",
                        cache,
                        "ms",
                        done.stream().mapToLong(Sample::untilKnown).average().orElse(Double.NaN) / 1e6);
                figures.add(
                        "answered at once",
                        cache,
                        "%",
                        100.0 * done.stream().filter(Sample::cached).count() / Math.max(1, samples.size()));
                figures.add("without result", cache, "uploads", samples.size() - done.size(), "0");
                settings.tell(
                        "cache %s: capacity %.1f uploads/s, known p50 %.1f ms, p99 %.1f ms",
                        cache,
                        capacity,
                        Sample.percentile(done, 50, Sample::untilKnown),
                        Sample.percentile(done, 99, Sample::untilKnown));
                if (cache.equals("on")) {
                    repeated(load, settings, random, figures);
                }
                return capacity;
            }
        });
    }

    /** One and the same text. */
    private static void repeated(Load load, BenchSettings settings, RandomGenerator random, Figures figures)
            throws InterruptedException {
        String text = BenchTexts.fresh(random).get();
        load.saturate(1, Duration.ofSeconds(2), () -> text);
        var samples = load.open(REPEATED_RATE, settings.length(), random, () -> text);
        figures.add(
                "repeated upload, answer p50",
                "on",
                "ms",
                Sample.percentile(samples, 50, Sample::untilAnswered),
                "5 or less");
        figures.add("repeated upload, answer p99", "on", "ms", Sample.percentile(samples, 99, Sample::untilAnswered));
        double rate = load.saturate(REPEATED_UNDER_WAY, settings.length(), () -> text);
        figures.add("repeated uploads", "on", "uploads/s", rate, "1500 or more");
        settings.tell("repeated uploads: %.0f a second", rate);
    }
}
