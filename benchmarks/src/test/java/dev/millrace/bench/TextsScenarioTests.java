package dev.millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bench.engine.Line;
import dev.millrace.bench.text.TextLine;
import dev.millrace.bench.text.TextSources;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextsScenarioTests {
    @TempDir
    private Path folder;

    /** Runs no program, but says what one would. */
    private record Script(List<List<String>> asked) implements Suites {
        @Override
        public <T> T with(Map<String, String> settings, Work<T> work) {
            throw new AssertionError("no suite is needed");
        }

        @Override
        public Map<String, String> withAotCaches(Path folder) {
            throw new AssertionError("no cache is needed");
        }

        @Override
        public void runProgram(Libraries libraries, String main, List<String> arguments, Consumer<String> sink) {
            asked.add(new ArrayList<>(List.of(libraries.name(), main.substring(main.lastIndexOf('.') + 1))));
            asked.getLast().addAll(arguments);
            sink.accept(new Line.Progress(libraries + " at work").text());
            if (libraries == Libraries.DRIFT) {
                sink.accept(new Line.Measured("found at 1 %", "mails", "%", 90, "").text());
            }
        }
    }

    @Test
    void embedsThenLooksAtWhatWasEmbedded() throws Exception {
        var told = new ArrayList<String>();
        var script = new Script(new ArrayList<>());
        var texts = new TextSources(null, List.of(new TextLine("spam-1", true, "/mail")), folder);

        var report = Scenario.TEXTS.run(script, new BenchSettings(4, Duration.ofSeconds(7), 11, "1", texts, told::add));

        String path = folder.toString();
        assertThat(script.asked())
                .containsExactly(
                        List.of("ENCODER", "EmbeddingProgram", path, "mails,fp32,256"),
                        List.of("DRIFT", "TextsProgram", path, "4", "11", "mails"));
        assertThat(told).containsExactly("ENCODER at work", "DRIFT at work");
        assertThat(report.figures()).containsExactly(new Figure("found at 1 %", "mails", "%", List.of(90.0), ""));
        assertThat(report.settings()).containsEntry("mails", "1").containsEntry("descriptions", "none");
    }
}
