package dev.millrace.cache;

import static dev.millrace.cache.Replica.FOREVER;
import static dev.millrace.cache.Replica.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.github.benmanes.caffeine.cache.Caffeine;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What memory keeps is chosen well. */
class CacheHitRateTests {
    @Test
    void hitsAsOftenAsCaffeineWithAsManyValues() {
        int values = 10_000;
        // Seven bytes each, as their weigher counts them.
        var cache = new TieredCache<>(
                "test:text:v1:",
                new TextCodec(),
                values * (3 * 7 + 400L),
                Duration.ofHours(1),
                SharedTier.NONE,
                new SimpleMeterRegistry());
        var caffeine = Caffeine.newBuilder().maximumSize(values).<Integer, Integer>build();
        var trace = zipf(1_000_000, 600_000);
        var misses = new AtomicInteger();
        int caffeineMisses = 0;
        for (int i = 0; i < trace.length; i++) {
            int name = trace[i];
            if (i == trace.length / 3) {
                // Filled by now.
                misses.set(0);
                caffeineMisses = 0;
            }
            cache.getAll(List.of(key(name)), FOREVER, missing -> {
                misses.incrementAndGet();
                return List.of("%07d".formatted(name));
            });
            if (caffeine.getIfPresent(name) == null) {
                caffeineMisses++;
                caffeine.put(name, name);
            }
        }
        double asked = trace.length * 2 / 3.0;
        assertThat(misses.get() / asked).isCloseTo(caffeineMisses / asked, within(0.01));
        assertThat(misses.get() / asked).isLessThan(0.5);
    }

    /** As many names out of 0 to {@code names} - 1, the n-th with a probability in proportion to 1 / (n + 1). */
    private static int[] zipf(int names, int length) {
        var sums = new double[names];
        double sum = 0;
        for (int i = 0; i < names; i++) {
            sum += 1.0 / (i + 1);
            sums[i] = sum;
        }
        double total = sum;
        return new Random(1)
                .doubles(length)
                .mapToInt(share -> {
                    int found = Arrays.binarySearch(sums, share * total);
                    return found < 0 ? -found - 1 : found;
                })
                .toArray();
    }
}
