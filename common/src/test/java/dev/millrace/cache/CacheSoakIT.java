package dev.millrace.cache;

import static dev.millrace.cache.Replica.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.sandbox.Sandbox;
import dev.millrace.sandbox.SandboxExtension;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Ten times as many values as memory holds, asked for again and again: {@code -Dmillrace.soak.seconds=600} for longer. */
@ExtendWith(SandboxExtension.class)
class CacheSoakIT {
    private static final Duration LENGTH = Duration.ofSeconds(Integer.getInteger("millrace.soak.seconds", 12));
    private static final int THREADS = 4;
    private static final int BATCH = 50;
    private static final String VALUE = "v".repeat(400);
    /** Of which the replica's megabyte holds a tenth. */
    private static final int KEYS = 6_500;

    private static final int LOOKS = 12;

    /** A short run also sees what other tests of this process leave behind. */
    private static final double MOST_GROWTH = LENGTH.toSeconds() < 60 ? 1.25 : 1.05;

    @Test
    void takesNoMoreMemoryTheLongerItIsAsked(Sandbox sandbox) throws Exception {
        try (var redis = new TestRedis(sandbox);
                var replica = new Replica(
                        sandbox.redisUrl(),
                        redis.prefix(),
                        Duration.ofSeconds(1),
                        RedisTier.NEVER,
                        new SimpleMeterRegistry());
                var threads = Executors.newFixedThreadPool(THREADS)) {
            var used = new ArrayList<Double>();
            for (int look = 0; look < LOOKS; look++) {
                long end = System.nanoTime() + LENGTH.toNanos() / LOOKS;
                for (var asking : threads.invokeAll(Collections.nCopies(THREADS, ask(replica, end)))) {
                    assertThat(asking.get()).isPositive();
                }
                used.add(usedMebibytes());
            }
            double first = median(used.subList(LOOKS / 4, LOOKS / 2));
            double last = median(used.subList(LOOKS - LOOKS / 4, LOOKS));
            assertThat(last / first).as("%s", used).isBetween(0.0, MOST_GROWTH);
        }
    }

    private static Callable<Integer> ask(Replica replica, long end) {
        return () -> {
            var random = ThreadLocalRandom.current();
            int calls = 0;
            while (System.nanoTime() < end) {
                var names = random.ints(BATCH, 0, KEYS).distinct().boxed().toList();
                var values = replica.getAll(
                        names.stream().map(name -> key(name)).toList(),
                        missing -> missing.stream().map(i -> VALUE).toList());
                assertThat(values).hasSize(names.size());
                calls++;
            }
            return calls;
        };
    }

    private static double usedMebibytes() {
        IntStream.range(0, 3).forEach(i -> System.gc());
        var runtime = Runtime.getRuntime();
        return (runtime.totalMemory() - runtime.freeMemory()) / 1048576.0;
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }
}
