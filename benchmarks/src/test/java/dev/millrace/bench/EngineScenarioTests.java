package dev.millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bench.engine.Line;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EngineScenarioTests {
    private final List<String> told = new ArrayList<>();
    private final BenchSettings settings = new BenchSettings(3, Duration.ofSeconds(7), 11, "1", null, told::add);

    @Test
    void makesFiguresOfWhatTheProgramSays() throws Exception {
        var script = new ScriptedPrograms(libraries -> List.of(
                new Line.Progress("100 % done"),
                new Line.Measured("texts", "ours", "texts/s", 10, "9 or more"),
                new Line.Measured("texts", "ours", "texts/s", 12, "9 or more"),
                new Line.Memory(2, 300),
                new Line.Memory(4, 310)));

        var report = Scenario.SOAK.run(script, settings);

        assertThat(script.asked())
                .containsExactly(List.of("ENCODER", "dev.millrace.bench.engine.EngineProgram", "soak", "3", "7", "11"));
        assertThat(told).containsExactly("100 % done");
        assertThat(report.figures())
                .containsExactly(new Figure("texts", "ours", "texts/s", List.of(10.0, 12.0), "9 or more"));
        assertThat(report.timeline())
                .containsExactly(new BenchReport.Track("resident memory", "MiB", 2, List.of(300.0, 310.0)));
    }
}
