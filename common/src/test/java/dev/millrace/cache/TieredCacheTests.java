package dev.millrace.cache;

import static dev.millrace.cache.Replica.FOREVER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TieredCacheTests {
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final TieredCache<String> cache =
            new TieredCache<>("test:text:v1:", new TextCodec(), 1 << 20, Duration.ofHours(1), SharedTier.NONE, meters);

    private static CacheKey key(Object name) {
        return CacheKey.builder().with("name", name.toString()).build();
    }

    private static List<CacheKey> keys(Object... names) {
        return Arrays.stream(names).map(TieredCacheTests::key).toList();
    }

    private List<String> getAll(List<CacheKey> keys, Function<List<Integer>, List<String>> compute) {
        return cache.getAll(keys, FOREVER, compute);
    }

    private double answered(String by) {
        return meters.get("millrace.cache.gets").tag("answer", by).counter().count();
    }

    @Test
    void computesOnlyWhatItDoesNotHaveAndKeepsTheOrder() {
        getAll(keys("b"), missing -> List.of("B"));

        var values = getAll(keys("a", "b", "c", "a"), missing -> {
            assertThat(missing).containsExactly(0, 2);
            return List.of("A", "C");
        });

        assertThat(values).containsExactly("a", "b", "c", "a");
        assertThat(answered("computed")).isEqualTo(3);
        assertThat(answered("memory")).isEqualTo(1);
    }

    @Test
    void givesTheSameWhetherItComputedOrFound() {
        assertThat(getAll(keys("a"), missing -> List.of("Mixed"))).containsExactly("mixed");
        assertThat(getAll(keys("a"), missing -> List.of("other"))).containsExactly("mixed");
    }

    @Test
    void doesNotKeepWhatMustNotBeKept() {
        assertThat(getAll(keys("a"), missing -> List.of(""))).containsExactly("");
        assertThat(getAll(keys("a"), missing -> List.of("now"))).containsExactly("now");
    }

    @Test
    void findsOnlyWhatItHas() {
        assertThat(cache.find(key("a"))).isEmpty();
        getAll(keys("a"), missing -> List.of("A"));
        assertThat(cache.find(key("a"))).contains("a");
    }

    @Test
    void forgetsWhatWasErasedAndNothingElse() {
        getAll(keys("a", "b"), missing -> List.of("A", "B"));

        cache.erased("test:text:v1:" + key("a"));
        cache.erased("other:text:v1:" + key("b"));
        cache.erased("test:text:v1:no key");

        assertThat(cache.find(key("a"))).isEmpty();
        assertThat(cache.find(key("b"))).contains("b");
    }

    @Test
    void forgetsEverythingOnceItMayHaveMissedSomething() {
        getAll(keys("a", "b"), missing -> List.of("A", "B"));

        cache.missed();

        assertThat(cache.find(key("a"))).isEmpty();
        assertThat(cache.find(key("b"))).isEmpty();
    }

    @Test
    void doesNotKeepWhatWasErasedWhileRedisAnswered() {
        var redis = new ErasingTier();
        var own = new TieredCache<>(
                "test:text:v1:", new TextCodec(), 1 << 20, Duration.ofHours(1), redis, new SimpleMeterRegistry());
        redis.whileAnswering = () -> own.erased("test:text:v1:" + key("a"));

        assertThat(own.find(key("a"))).contains("a");
        assertThat(own.find(key("a"))).isEmpty();
    }

    /** Has one value, which is erased while it answers. */
    private static final class ErasingTier implements SharedTier {
        private Runnable whileAnswering = () -> {};
        private boolean erased;

        @Override
        public Map<String, byte[]> find(Collection<String> keys) {
            if (erased) {
                return Map.of();
            }
            erased = true;
            whileAnswering.run();
            return Map.of(
                    keys.iterator().next(),
                    Envelope.seal(key("a"), new TextCodec().encode("A").orElseThrow()));
        }

        @Override
        public void keep(Map<String, byte[]> values) {}
    }

    @Test
    void holdsNoMoreBytesThanItMay() {
        var own = new SimpleMeterRegistry();
        var small =
                new TieredCache<>("test:text:v1:", new TextCodec(), 100_000, Duration.ofHours(1), SharedTier.NONE, own);
        for (int i = 0; i < 1000; i++) {
            small.getAll(keys(i), FOREVER, missing -> List.of("x".repeat(1000)));
        }
        await().untilAsserted(() ->
                assertThat(own.get("millrace.cache.memory").gauge().value()).isBetween(50_000.0, 100_000.0));
    }

    @Test
    void computesOnceForAThousandCallersAtOnce() throws Exception {
        var runs = new AtomicInteger();
        var begun = new CountDownLatch(1);
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers = new ArrayList<Future<List<String>>>();
            for (int i = 0; i < 1000; i++) {
                answers.add(executor.submit(() -> {
                    begun.await();
                    return getAll(keys("cold"), missing -> {
                        runs.incrementAndGet();
                        sleep(50);
                        return List.of("v");
                    });
                }));
            }
            begun.countDown();
            for (var answer : answers) {
                assertThat(answer.get()).containsExactly("v");
            }
        }
        assertThat(runs).hasValue(1);
    }

    @Test
    void failsOnlyTheCallerWhoseComputationFailedAndKeepsNothing() throws Exception {
        var inside = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var first = executor.submit(() -> getAll(keys("bad"), missing -> {
                inside.countDown();
                hold(go);
                throw new IllegalArgumentException("no such thing");
            }));
            inside.await();
            var second = executor.submit(() -> getAll(keys("good", "bad"), missing -> List.of("fine")));
            var third = executor.submit(() -> getAll(keys("other"), missing -> List.of("fine")));
            assertThat(third.get()).containsExactly("fine");
            go.countDown();

            assertThatThrownBy(first::get).hasRootCauseMessage("no such thing");
            assertThat(second.get()).containsExactly("fine", "fine");
        }
        assertThat(getAll(keys("bad", "good"), missing -> List.of())).containsExactly("fine", "fine");
    }

    @Test
    void computesAgainAfterAnErrorInTheMiddle() {
        assertThatThrownBy(() -> getAll(keys("a"), missing -> {
                    throw new StackOverflowError();
                }))
                .isInstanceOf(StackOverflowError.class);
        assertThat(getAll(keys("a"), missing -> List.of("again"))).containsExactly("again");
    }

    @Test
    void refusesAComputationThatLosesValuesAndKeepsNothingOfIt() {
        assertThatThrownBy(() -> getAll(keys("a", "b"), missing -> List.of("A")))
                .hasMessage("values: 1 (expected: 2)");
        assertThat(getAll(keys("a"), missing -> List.of("again"))).containsExactly("again");
    }

    @Test
    void neverDeadlocksInTenThousandSchedules() throws Exception {
        var computed = new ConcurrentHashMap<String, Integer>();
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int round = 0; round < 1250; round++) {
                int seed = round;
                var names = IntStream.range(0, 6).mapToObj(i -> seed + "/" + i).toList();
                var callers = new ArrayList<Future<List<String>>>();
                for (int caller = 0; caller < 8; caller++) {
                    var wanted = new ArrayList<>(names);
                    Collections.shuffle(wanted, new Random(seed * 31L + caller));
                    var some = List.copyOf(wanted.subList(0, 2 + (seed + caller) % 5));
                    callers.add(executor.submit(() -> getAll(keys(some.toArray()), missing -> missing.stream()
                            .map(some::get)
                            .peek(name -> computed.merge(name, 1, Integer::sum))
                            .peek(name -> Thread.yield())
                            .toList())));
                }
                for (var caller : callers) {
                    assertThat(caller.get(20, TimeUnit.SECONDS)).doesNotContainNull();
                }
            }
        }
        assertThat(computed.values()).containsOnly(1);
    }

    private static void sleep(int millis) {
        try {
            Thread.sleep(Duration.ofMillis(millis));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void hold(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
