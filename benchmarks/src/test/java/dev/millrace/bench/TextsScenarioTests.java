package dev.millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bench.engine.Line;
import dev.millrace.bench.text.TextLine;
import dev.millrace.bench.text.TextSources;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextsScenarioTests {
    @TempDir
    private Path folder;

    @Test
    void embedsThenLooksAtWhatWasEmbedded() throws Exception {
        var told = new ArrayList<String>();
        var script = new ScriptedPrograms(libraries -> switch (libraries) {
            case ENCODER -> List.of(new Line.Progress("embedding"));
            case DRIFT ->
                List.of(new Line.Progress("looking"), new Line.Measured("found at 1 %", "mails", "%", 90, ""));
        });
        var texts = new TextSources(null, List.of(new TextLine("spam-1", true, "/mail")), folder);

        var report = Scenario.TEXTS.run(script, new BenchSettings(4, Duration.ofSeconds(7), 11, "1", texts, told::add));

        String path = folder.toString();
        assertThat(script.asked())
                .containsExactly(
                        List.of("ENCODER", "dev.millrace.bench.engine.EmbeddingProgram", path, "mails,fp32,256"),
                        List.of("DRIFT", "dev.millrace.bench.drift.TextsProgram", path, "4", "11", "mails"));
        assertThat(told).containsExactly("embedding", "looking");
        assertThat(report.figures()).containsExactly(new Figure("found at 1 %", "mails", "%", List.of(90.0), ""));
        assertThat(report.settings()).containsEntry("mails", "1").containsEntry("descriptions", "none");
    }
}
