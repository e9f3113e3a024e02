package dev.millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProcessorTimeTests {
    @Test
    void sharesOutWhatWasSpentSince() {
        var before = new ProcessorTime(Map.of("load", Duration.ofMillis(500), "kafka", Duration.ofSeconds(1)));
        var after = new ProcessorTime(Map.of(
                "load", Duration.ofMillis(700), "kafka", Duration.ofSeconds(2), "feature", Duration.ofSeconds(4)));

        assertThat(after.since(before, 100))
                .containsExactly(entry("feature", 40.0), entry("kafka", 10.0), entry("load", 2.0));
    }

    @Test
    void knowsServicesByTheirIdsAndItself() throws Exception {
        var service = new ProcessBuilder("sh", "-c", "while :; do :; done").start();
        try {
            var services = Map.of("feature", service.pid());
            var before = ProcessorTime.now(services);
            long end = System.nanoTime() + 60_000_000_000L;
            Map<String, Double> spent;
            do {
                spent = ProcessorTime.now(services).since(before, 1);
            } while ((spent.getOrDefault("feature", 0.0) < 20 || spent.getOrDefault("load", 0.0) <= 0)
                    && System.nanoTime() < end);

            assertThat(spent.get("feature")).isGreaterThanOrEqualTo(20);
            assertThat(spent.get("load")).isPositive();
        } finally {
            service.destroyForcibly();
        }
    }
}
