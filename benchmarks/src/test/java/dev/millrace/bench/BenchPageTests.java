package dev.millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BenchPageTests {
    @Test
    void showsEachFigureAndTrackAndNothingThatIsNotText() {
        var report = new BenchReport(
                "cache",
                "what <it> is",
                Instant.parse("2026-11-23T00:00:00Z"),
                0.25,
                Map.of("cores", "2"),
                Map.of("java", "25"),
                Map.of("rounds", "2"),
                List.of(new Figure("known, p50", "on", "ms", List.of(1.0, 3.0), "5 or less")),
                List.of(new BenchReport.Track("collector", "MiB", 5, List.of(100.0, Double.NaN, 120.0))));

        assertThat(BenchPage.of(report))
                .contains("what &lt;it&gt; is", "known, p50", "<td>2</td>", "1 to 3", "5 or less", "collector, MiB")
                .contains("<polyline class=\"track\" points=\"60.0,")
                .doesNotContain("<it>", "${", "NaN", "http");
    }

    @Test
    void writesNumbersWithThreeDigits() {
        assertThat(BenchPage.number(1234.5)).isEqualTo("1,235");
        assertThat(BenchPage.number(12.34)).isEqualTo("12.3");
        assertThat(BenchPage.number(1.234)).isEqualTo("1.23");
        assertThat(BenchPage.number(3)).isEqualTo("3");
        assertThat(BenchPage.number(Double.NaN)).isEqualTo("none");
    }
}
