package dev.millrace.bench.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LineTests {
    static List<Line> lines() {
        return List.of(
                new Line.Progress("bf16: 100 texts/s"),
                new Line.Measured("texts", "short, ours", "texts/s", 123.456, "1.5 or more"),
                new Line.Measured("growth", "", "%", -1e-3, ""),
                new Line.Memory(1.5, 300));
    }

    @ParameterizedTest
    @MethodSource("lines")
    void readsWhatItWrote(Line line) {
        assertThat(Line.parse(line.text())).contains(line);
    }

    @ParameterizedTest
    @org.junit.jupiter.params.provider.ValueSource(strings = {"", "07:19:33 INFO PtEngine", "figure\ta\tb"})
    void passesOverWhatSomebodyElseSays(String line) {
        assertThat(Line.parse(line)).isEmpty();
    }
}
