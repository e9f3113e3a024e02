package dev.millrace.bench;

import dev.millrace.bench.text.BenchTexts;
import dev.millrace.ledger.fault.Part;
import dev.millrace.ledger.fault.SystemUnderTest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** New texts on a suite without a cache and on one whose Redis is well, stands still, is gone and comes back empty. */
final class OutageScenario implements Scenario.Body {
    private static final int UNDER_WAY = 128;
    private static final Duration WARM_UP = Duration.ofSeconds(90);
    private static final String OFF = "cache off";

    /** What becomes of Redis. */
    private enum Outage {
        NONE("well", system -> {}, system -> {}),
        SUSPENDED("stands still", system -> system.suspend(Part.REDIS), system -> system.resume(Part.REDIS)),
        KILLED("gone", system -> system.kill(Part.REDIS), system -> system.start(Part.REDIS));

        private final String title;
        private final Consumer<SystemUnderTest> begin;
        private final Consumer<SystemUnderTest> end;

        Outage(String title, Consumer<SystemUnderTest> begin, Consumer<SystemUnderTest> end) {
            this.title = title;
            this.begin = begin;
            this.end = end;
        }
    }

    @Override
    public Scenario.Findings run(Suites suites, BenchSettings settings) throws Exception {
        var figures = new Figures();
        for (int round = 1; round <= settings.rounds(); round++) {
            double capacity = suites.with(Map.of("MILLRACE_CACHE_ENABLED", "false"), target -> {
                try (var load = target.load()) {
                    var run = new Run(load, target.system(), settings, settings.random(), figures);
                    double most = run.saturate(OFF);
                    run.open(most / 2, OFF, Outage.NONE);
                    return most;
                }
            });
            suites.with(Map.of("MILLRACE_CACHE_ENABLED", "true"), target -> {
                try (var load = target.load()) {
                    var run = new Run(load, target.system(), settings, settings.random(), figures);
                    for (var outage : Outage.values()) {
                        String variant = "Redis " + outage.title;
                        run.open(capacity / 2, variant, outage);
                        outage.begin.accept(target.system());
                        try {
                            run.saturate(variant);
                        } finally {
                            outage.end.accept(target.system());
                        }
                    }
                    run.saturate("Redis back, empty");
                    return true;
                }
            });
        }
        for (var outage : Outage.values()) {
            String variant = "Redis " + outage.title;
            figures.addRatio(
                    "throughput / without a cache",
                    variant,
                    "throughput\n" + variant,
                    "throughput\n" + OFF,
                    "0.95 or more");
        }
        return new Scenario.Findings(
                Map.of("words a text", Integer.toString(BenchTexts.WORDS_PER_TEXT)), figures.all(), List.of());
    }

    /** Measures one suite, once it is warm. */
    private static final class Run {
        private final Load load;
        private final SystemUnderTest system;
        private final BenchSettings settings;
        private final RandomGenerator random;
        private final Figures figures;

        Run(Load load, SystemUnderTest system, BenchSettings settings, RandomGenerator random, Figures figures)
                throws InterruptedException {
            this.load = load;
            this.system = system;
            this.settings = settings;
            this.random = random;
            this.figures = figures;
            settings.tell("warming up");
            load.saturate(UNDER_WAY, WARM_UP, BenchTexts.fresh(random));
        }

        double saturate(String variant) throws InterruptedException {
            double rate = load.saturate(UNDER_WAY, settings.length(), BenchTexts.fresh(random));
            figures.add("throughput", variant, "uploads/s", rate);
            settings.tell("%s: %.1f uploads/s", variant, rate);
            return rate;
        }

        /** The outage takes the second and third quarter of the time. */
        void open(double rate, String variant, Outage outage) throws Exception {
            long quarter = settings.length().toMillis() / 4;
            var over = after(quarter, () -> outage.begin.accept(system))
                    .thenCompose(begun -> after(2 * quarter, () -> outage.end.accept(system)));
            var samples = load.open(rate, settings.length(), random, BenchTexts.fresh(random));
            over.get(1, TimeUnit.MINUTES);
            var done = samples.stream().filter(Sample::isPublished).toList();
            figures.add("at half the capacity: posted", variant, "uploads", samples.size());
            long accepted = samples.stream().filter(Sample::isAccepted).count();
            figures.add("refused", variant, "uploads", samples.size() - accepted, "0");
            figures.add("accepted without result", variant, "uploads", accepted - done.size(), "0");
            figures.add("answer, p50", variant, "ms", Sample.percentile(done, 50, Sample::untilAnswered));
            figures.add("answer, p99", variant, "ms", Sample.percentile(done, 99, Sample::untilAnswered));
            figures.add("result, p50", variant, "ms", Sample.percentile(done, 50, Sample::untilKnown));
            figures.add("result, p99", variant, "ms", Sample.percentile(done, 99, Sample::untilKnown));
            settings.tell(
                    "%s: %d of %d without result, result p50 %.0f ms, p99 %.0f ms",
                    variant,
                    samples.size() - done.size(),
                    samples.size(),
                    Sample.percentile(done, 50, Sample::untilKnown),
                    Sample.percentile(done, 99, Sample::untilKnown));
        }

        private static CompletableFuture<Void> after(long millis, Runnable what) {
            return CompletableFuture.runAsync(what, CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS));
        }
    }
}
