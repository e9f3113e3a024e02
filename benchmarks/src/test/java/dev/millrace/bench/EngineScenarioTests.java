package dev.millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bench.engine.Line;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class EngineScenarioTests {
    private final List<String> told = new ArrayList<>();
    private final BenchSettings settings = new BenchSettings(3, Duration.ofSeconds(7), 11, "1", null, told::add);

    /** Runs no program, but says what one would. */
    private record Script(List<String> asked, List<Line> lines) implements Suites {
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
            asked.add(main);
            asked.addAll(arguments);
            lines.forEach(line -> sink.accept(line.text()));
            sink.accept("12:00:00.000 [main] INFO ai.djl.util.Platform -- found");
        }
    }

    @Test
    void makesFiguresOfWhatTheProgramSays() throws Exception {
        var script = new Script(
                new ArrayList<>(),
                List.of(
                        new Line.Progress("100 % done"),
                        new Line.Measured("texts", "ours", "texts/s", 10, "9 or more"),
                        new Line.Measured("texts", "ours", "texts/s", 12, "9 or more"),
                        new Line.Memory(2, 300),
                        new Line.Memory(4, 310)));

        var report = Scenario.SOAK.run(script, settings);

        assertThat(script.asked()).containsExactly("dev.millrace.bench.engine.EngineProgram", "soak", "3", "7", "11");
        assertThat(told).containsExactly("100 % done");
        assertThat(report.figures())
                .containsExactly(new Figure("texts", "ours", "texts/s", List.of(10.0, 12.0), "9 or more"));
        assertThat(report.timeline())
                .containsExactly(new BenchReport.Track("resident memory", "MiB", 2, List.of(300.0, 310.0)));
    }
}
