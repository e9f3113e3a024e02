package dev.millrace.bench;

import dev.millrace.bench.text.TextSources;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;

/**
 * How a scenario is run.
 *
 * @param rounds how often each variant is measured, in turn, 1 to 100
 * @param length of one measurement, 1 s to 1 h
 * @param seed of texts and times
 * @param version of Millrace
 * @param texts real ones, of the scenario that takes them
 * @param progress is told what is being done
 */
public record BenchSettings(
        int rounds,
        Duration length,
        long seed,
        String version,
        @Nullable TextSources texts,
        Consumer<String> progress) {
    public BenchSettings {
        if (rounds < 1 || rounds > 100) {
            throw new IllegalArgumentException("rounds: %d (expected: 1 to 100)".formatted(rounds));
        }
        if (length.compareTo(Duration.ofSeconds(1)) < 0 || length.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("seconds: %d (expected: 1 to 3600)".formatted(length.toSeconds()));
        }
    }

    RandomGenerator random() {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    void tell(String line, Object... arguments) {
        progress.accept(String.format(Locale.ROOT, line, arguments));
    }
}
