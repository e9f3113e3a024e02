package dev.millrace.bench;

import dev.millrace.bench.text.BenchTexts;
import dev.millrace.ledger.fault.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * How long a service takes from its process's start until it is ready, beside the others, with and without an AOT cache; and
 * how soon collector answers then.
 */
final class StartScenario implements Scenario.Body {
    private static final double RATE = 20;
    /** In which about 100 uploads are posted. */
    private static final Duration HUNDRED = Duration.ofSeconds(5);

    private static final Duration WARM_UP = Duration.ofSeconds(60);
    private static final String WITH = "AOT cache";
    private static final List<Part> SERVICES =
            List.of(Part.COLLECTOR, Part.FEATURE, Part.INFERENCE, Part.POSTPROCESSOR, Part.MONITORING);

    @Override
    public Scenario.Findings run(Suites suites, BenchSettings settings) throws Exception {
        var figures = new Figures();
        var caches = Files.createTempDirectory("aot-caches-");
        try {
            var variants = new LinkedHashMap<String, Map<String, String>>();
            variants.put("without", Map.of());
            variants.put(WITH, suites.withAotCaches(caches));
            for (int round = 1; round <= settings.rounds(); round++) {
                for (var variant : variants.entrySet()) {
                    suites.with(variant.getValue(), target -> measure(target, variant.getKey(), settings, figures));
                }
            }
        } finally {
            delete(caches);
        }
        for (var service : SERVICES) {
            String name = name(service);
            figures.addRatio(name + ", ratio", WITH, name + "\n" + WITH, name + "\nwithout", "0.6 or less");
        }
        return new Scenario.Findings(Map.of("uploads/s", Double.toString(RATE)), figures.all(), List.of());
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            for (var file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    private static String name(Part service) {
        return service.title() + " until ready";
    }

    private static Void measure(Suites.Target target, String variant, BenchSettings settings, Figures figures)
            throws InterruptedException {
        var random = settings.random();
        var texts = BenchTexts.fresh(random);
        settings.tell("%s: the client warms up", variant);
        answers(target, WARM_UP, random, texts);
        for (var service : SERVICES.reversed()) {
            target.system().terminate(service);
            long begin = System.nanoTime();
            target.system().start(service);
            double seconds = (System.nanoTime() - begin) / 1e9;
            boolean runsModels = service == Part.FEATURE || service == Part.INFERENCE;
            figures.add(name(service), variant, "s", seconds, runsModels ? "4 or less" : "2.5 or less");
            settings.tell("%s, %s: %.2f s", variant, service.title(), seconds);
        }
        add("the first 100", answers(target, HUNDRED, random, texts), variant, figures);
        answers(target, WARM_UP, random, texts);
        add("100 a minute later", answers(target, HUNDRED, random, texts), variant, figures);
        return null;
    }

    private static void add(String which, List<Sample> samples, String variant, Figures figures) {
        var accepted = samples.stream().filter(Sample::isAccepted).toList();
        double p99 = Sample.percentile(accepted, 99, Sample::untilAnswered);
        figures.add("answer, p99 of about " + which, variant, "ms", p99);
        figures.add("refused of about " + which, variant, "uploads", samples.size() - accepted.size(), "0");
    }

    private static List<Sample> answers(
            Suites.Target target, Duration length, RandomGenerator random, Supplier<String> texts)
            throws InterruptedException {
        try (var load = target.load()) {
            return load.open(RATE, length, random, texts);
        }
    }
}
