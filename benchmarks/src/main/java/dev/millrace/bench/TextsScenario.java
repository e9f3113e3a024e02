package dev.millrace.bench;

import dev.millrace.bench.Suites.Libraries;
import dev.millrace.bench.drift.TextsProgram;
import dev.millrace.bench.engine.EmbeddingProgram;
import dev.millrace.bench.engine.Line;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Drift in embeddings of real texts: they are embedded in one process and looked at in another. */
final class TextsScenario implements Scenario.Body {
    @Override
    public Scenario.Findings run(Suites suites, BenchSettings settings) throws Exception {
        var texts = settings.texts();
        if (texts == null) {
            throw new IllegalArgumentException("texts: none (expected: descriptions of packages, mails, or both)");
        }
        var jobs = texts.write();
        String folder = texts.folder().toString();
        var figures = new Figures();
        suites.runProgram(
                Libraries.ENCODER,
                EmbeddingProgram.class.getName(),
                Stream.concat(Stream.of(folder), jobs.stream()).toList(),
                line -> take(line, figures, settings));
        var arguments =
                new ArrayList<>(List.of(folder, Integer.toString(settings.rounds()), Long.toString(settings.seed())));
        jobs.forEach(job -> arguments.add(job.substring(0, job.indexOf(','))));
        suites.runProgram(
                Libraries.DRIFT, TextsProgram.class.getName(), arguments, line -> take(line, figures, settings));
        return new Scenario.Findings(settingsOf(settings), figures.all(), List.of());
    }

    private static Map<String, String> settingsOf(BenchSettings settings) {
        var texts = settings.texts();
        var descriptions = texts == null ? null : texts.descriptions();
        return Map.of(
                "descriptions",
                descriptions == null
                        ? "none"
                        : "%,d, %,d in German, %,d left out"
                                .formatted(
                                        descriptions.texts().size(),
                                        descriptions.german().size(),
                                        descriptions.leftOut()),
                "mails",
                Integer.toString(texts == null ? 0 : texts.mails().size()));
    }

    private static void take(String text, Figures figures, BenchSettings settings) {
        Line.parse(text).ifPresent(line -> {
            switch (line) {
                case Line.Progress(String what) -> settings.tell("%s", what);
                case Line.Measured(String name, String variant, String unit, double value, String goal) ->
                    figures.add(name, variant, unit, value, goal);
                case Line.Memory memory -> throw new IllegalStateException("not asked for: " + memory);
            }
        });
    }
}
