package dev.millrace.bench;

import dev.millrace.bench.engine.EngineProgram;
import dev.millrace.bench.engine.Line;
import dev.millrace.bench.text.BenchTexts;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/** The whole suite against its encoder in a bare loop, in turn, on new texts of 160 words (about 200 tokens). */
final class PipelineScenario implements Scenario.Body {
    private static final int UNDER_WAY = 128;
    /** By then the JVMs have compiled most of what they will. */
    private static final Duration WARM_UP = Duration.ofSeconds(90);

    @Override
    public Scenario.Findings run(Suites suites, BenchSettings settings) throws Exception {
        return suites.with(Map.of(), target -> {
            var random = settings.random();
            var figures = new Figures();
            try (var load = target.load()) {
                settings.tell("warming up");
                load.saturate(UNDER_WAY, WARM_UP, BenchTexts.fresh(random));
                for (int round = 1; round <= settings.rounds(); round++) {
                    var before = ProcessorTime.now(target.processes());
                    int resultsBefore = load.results();
                    double suite = load.saturate(UNDER_WAY, settings.length(), BenchTexts.fresh(random));
                    settings.tell("five services: %.1f texts/s", suite);
                    ProcessorTime.now(target.processes())
                            .since(before, load.results() - resultsBefore)
                            .forEach((name, millis) -> figures.add("processor time a text", name, "ms", millis));
                    var loop = loop(suites, settings);
                    settings.tell("%s: %.1f texts/s", loop.name(), loop.value());
                    figures.add("texts", "five services", "texts/s", suite);
                    figures.add("texts", loop.name(), "texts/s", loop.value());
                    figures.add("five services / bare loop", loop.variant(), "", suite / loop.value(), "0.85 or more");
                }
            }
            return new Scenario.Findings(
                    Map.of("words a text", Integer.toString(BenchTexts.WORDS_PER_TEXT)), figures.all(), List.of());
        });
    }

    /** One round of the encoder alone, in a process of its own, while the suite has nothing to do. */
    private static Line.Measured loop(Suites suites, BenchSettings settings) throws Exception {
        var measured = new AtomicReference<Line.Measured>();
        suites.runProgram(
                Suites.Libraries.ENCODER,
                EngineProgram.class.getName(),
                List.of("loop", "1", Long.toString(settings.length().toSeconds()), Long.toString(settings.seed())),
                text -> Line.parse(text).ifPresent(line -> {
                    if (line instanceof Line.Measured value) {
                        measured.set(value);
                    }
                }));
        return measured.get();
    }
}
