package dev.millrace.bench;

import dev.millrace.bench.text.BenchTexts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Texts of 160 words (about 200 tokens), each new, at three times the capacity, for the length of a run. */
final class OverloadScenario implements Scenario.Body {
    private static final int UNDER_WAY = 128;
    private static final int TIMES = 3;
    private static final int STEP_SECONDS = 5;

    @Override
    public Scenario.Findings run(Suites suites, BenchSettings settings) throws Exception {
        return suites.with(Map.of(), target -> {
            var random = settings.random();
            var figures = new Figures();
            try (var load = target.load();
                    var watcher = new Watcher(target, load)) {
                settings.tell("warming up");
                load.saturate(UNDER_WAY, Duration.ofSeconds(30), BenchTexts.fresh(random));
                double capacity = load.saturate(UNDER_WAY, Duration.ofSeconds(30), BenchTexts.fresh(random));
                settings.tell("capacity: %.1f uploads/s; offering %d times that", capacity, TIMES);
                var calm = load.open(capacity / 2, Duration.ofSeconds(20), random, BenchTexts.fresh(random));
                watcher.start();
                int before = load.results();
                long begin = System.nanoTime();
                var samples = load.open(capacity * TIMES, settings.length(), random, BenchTexts.fresh(random));
                var tracks = watcher.stop();
                long drained = System.nanoTime() - begin - settings.length().toNanos();
                double goodput = samples.stream()
                                .filter(sample -> sample.isPublished()
                                        && sample.published()
                                                < settings.length().toNanos())
                                .count()
                        / (double) settings.length().toSeconds();
                var accepted = samples.stream().filter(Sample::isAccepted).toList();
                var refused = samples.stream()
                        .filter(sample -> sample.status() == 429 || sample.status() == 503)
                        .toList();
                figures.add("capacity", "before", "uploads/s", capacity);
                figures.add("goodput", "3 times the load", "uploads/s", goodput);
                figures.add("goodput / capacity", "3 times the load", "", goodput / capacity, "0.9 or more");
                figures.add("accepted", "3 times the load", "uploads", accepted.size());
                figures.add("refused with 429 or 503", "3 times the load", "uploads", refused.size());
                figures.add(
                        "neither",
                        "3 times the load",
                        "uploads",
                        samples.size() - accepted.size() - refused.size(),
                        "0");
                figures.add(
                        "accepted without result",
                        "3 times the load",
                        "uploads",
                        accepted.stream()
                                .filter(sample -> !sample.isPublished())
                                .count(),
                        "0");
                figures.add("results", "in all", "uploads", load.results() - before);
                figures.add(
                        "refusal, p50",
                        "3 times the load",
                        "ms",
                        Sample.percentile(refused, 50, Sample::untilAnswered));
                figures.add(
                        "refusal, p99",
                        "3 times the load",
                        "ms",
                        Sample.percentile(refused, 99, Sample::untilAnswered),
                        "10 or less");
                var done = accepted.stream().filter(Sample::isPublished).toList();
                figures.add(
                        "result, p99", "half the load, before", "ms", Sample.percentile(calm, 99, Sample::untilKnown));
                figures.add("result, p99", "3 times the load", "ms", Sample.percentile(done, 99, Sample::untilKnown));
                figures.add("last result after the load ended", "3 times the load", "s", drained / 1e9, "5 or less");
                memory(tracks, figures);
                return new Scenario.Findings(
                        Map.of(
                                "words a text",
                                Integer.toString(BenchTexts.WORDS_PER_TEXT),
                                "load",
                                TIMES + " times the capacity"),
                        figures.all(),
                        tracks);
            }
        });
    }

    /** The mean of the last third of the run to that of the middle one: a machine that grows shows more than 1. */
    private static void memory(List<BenchReport.Track> tracks, Figures figures) {
        for (var track : tracks) {
            if (track.unit().equals("MiB") && track.values().size() >= 6) {
                int third = track.values().size() / 3;
                double middle = mean(track.values().subList(third, 2 * third));
                double last = mean(track.values().subList(2 * third, 3 * third));
                figures.add("memory: last third / middle third", track.name(), "", last / middle, "0.97 to 1.03");
            }
        }
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
    }

    /** Notes memory and results every few seconds. */
    private static final class Watcher implements AutoCloseable {
        private final Map<String, Long> processes;
        private final Load load;
        private final Map<String, List<Double>> memory = new LinkedHashMap<>();
        private final List<Double> results = new ArrayList<>();
        private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("watcher").factory());
        private int counted;

        Watcher(Suites.Target target, Load load) {
            this.processes = target.processes();
            this.load = load;
        }

        void start() {
            counted = load.results();
            var unused = timer.scheduleAtFixedRate(this::note, STEP_SECONDS, STEP_SECONDS, TimeUnit.SECONDS);
        }

        private synchronized void note() {
            int now = load.results();
            results.add((now - counted) / (double) STEP_SECONDS);
            counted = now;
            processes.forEach((name, process) ->
                    memory.computeIfAbsent(name, key -> new ArrayList<>()).add(residentMebibytes(process)));
        }

        synchronized List<BenchReport.Track> stop() {
            timer.shutdownNow();
            var tracks = new ArrayList<BenchReport.Track>();
            tracks.add(new BenchReport.Track("results", "uploads/s", STEP_SECONDS, results));
            memory.forEach((name, values) -> tracks.add(new BenchReport.Track(name, "MiB", STEP_SECONDS, values)));
            return tracks;
        }

        /** NaN where the system does not say. */
        private static double residentMebibytes(long process) {
            try (var lines = Files.lines(Path.of("/proc/" + process + "/status"))) {
                return lines.filter(line -> line.startsWith("VmRSS:"))
                        .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
                        .findFirst()
                        .orElse(Double.NaN);
            } catch (IOException e) {
                return Double.NaN;
            }
        }

        @Override
        public void close() {
            timer.shutdownNow();
        }
    }
}
