package dev.millrace.bench;

import dev.millrace.contract.Hop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.HdrHistogram.Histogram;

/** Texts of 160 words (about 200 tokens), each new. */
final class LatencyScenario implements Scenario.Body {
    private static final int WORDS = 160;
    private static final int UNDER_WAY = 128;
    private static final List<Integer> PERCENTS = List.of(20, 50, 70);

    @Override
    public Scenario.Findings run(Suites suites, BenchSettings settings) throws Exception {
        return suites.with(Map.of(), target -> {
            var random = RandomGeneratorFactory.of("L64X128MixRandom").create(settings.seed());
            var figures = new Figures();
            try (var load = target.load()) {
                settings.tell("warming up");
                load.saturate(UNDER_WAY, Duration.ofSeconds(20), BenchTexts.fresh(random, WORDS));
                double capacity = load.saturate(UNDER_WAY, settings.length(), BenchTexts.fresh(random, WORDS));
                figures.add("capacity", "all new", "uploads/s", capacity);
                settings.tell("capacity: %.1f uploads/s", capacity);
                for (int round = 1; round <= settings.rounds(); round++) {
                    for (int percent : PERCENTS) {
                        measure(target, capacity * percent / 100, percent + " %", random, settings, figures);
                    }
                }
                return new Scenario.Findings(Map.of("words a text", Integer.toString(WORDS)), figures.all(), List.of());
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
            var samples = load.open(rate, settings.length(), random, BenchTexts.fresh(random, WORDS));
            var done = samples.stream().filter(Sample::isPublished).toList();
            figures.add("answer, p50", variant, "ms", Sample.percentile(samples, 50, Sample::untilAnswered));
            figures.add("answer, p99", variant, "ms", Sample.percentile(samples, 99, Sample::untilAnswered));
            figures.add("result, p50", variant, "ms", Sample.percentile(done, 50, Sample::untilKnown));
            figures.add("result, p99", variant, "ms", Sample.percentile(done, 99, Sample::untilKnown));
            figures.add("without result", variant, "uploads", samples.size() - done.size(), "0");
            addHops(load.hops(), variant, figures);
            settings.tell(
                    "%s (%.1f uploads/s): result p50 %.0f ms, p99 %.0f ms",
                    variant,
                    rate,
                    Sample.percentile(done, 50, Sample::untilKnown),
                    Sample.percentile(done, 99, Sample::untilKnown));
        }
    }

    /** The time in each service, and between it and the one before. */
    private static void addHops(List<List<Hop>> all, String variant, Figures figures) {
        int length = all.stream().mapToInt(List::size).max().orElse(0);
        var whole = all.stream().filter(hops -> hops.size() == length).toList();
        for (int i = 0; i < length; i++) {
            var inside = new ArrayList<Duration>();
            var before = new ArrayList<Duration>();
            for (var hops : whole) {
                var hop = hops.get(i);
                inside.add(Duration.between(hop.receivedAt(), hop.sentAt()));
                if (i > 0) {
                    before.add(Duration.between(hops.get(i - 1).sentAt(), hop.receivedAt()));
                }
            }
            String service = whole.getFirst().get(i).service();
            if (i > 0) {
                figures.add("way to " + service + ", p50", variant, "ms", percentile(before, 50));
                figures.add("way to " + service + ", p99", variant, "ms", percentile(before, 99));
            }
            figures.add("in " + service + ", p50", variant, "ms", percentile(inside, 50));
            figures.add("in " + service + ", p99", variant, "ms", percentile(inside, 99));
        }
    }

    private static double percentile(List<Duration> times, double percent) {
        var histogram = new Histogram(3);
        times.forEach(time -> histogram.recordValue(Math.max(0, time.toNanos()) / 1000));
        return histogram.getValueAtPercentile(percent) / 1000.0;
    }
}
