package dev.millrace.cache;

import static dev.millrace.cache.Replica.FOREVER;
import static dev.millrace.cache.Replica.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a cache does while other processes have leases, as a tier that the test directs says. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LeaseTests {
    private static final String PREFIX = "test:text:v1:";

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final LeasedTier tier = new LeasedTier();
    private final TieredCache<String> cache =
            new TieredCache<>(PREFIX, new TextCodec(), 1 << 20, Duration.ofHours(1), tier, meters);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /** Others have leases for what is held, for as long as it is. */
    private static final class LeasedTier implements SharedTier {
        private final Set<String> held = ConcurrentHashMap.newKeySet();
        private final Map<String, byte[]> values = new ConcurrentHashMap<>();
        private final List<Duration> claims = new CopyOnWriteArrayList<>();
        private volatile Runnable whileWaiting = () -> {};

        void come(String name, String value) {
            byte[] bytes = new TextCodec().encode(value).orElseThrow();
            values.put(PREFIX + key(name), Envelope.seal(key(name), bytes));
        }

        @Override
        public Map<String, byte[]> find(Collection<String> keys) {
            var found = new HashMap<>(values);
            found.keySet().retainAll(keys);
            return found;
        }

        @Override
        public void keep(Map<String, byte[]> computed) {}

        @Override
        public Claim claim(Collection<String> keys, Duration computing) {
            claims.add(computing);
            if (computing.compareTo(RedisTier.DEAR) < 0) {
                return Claim.ALL;
            }
            var others = keys.stream().filter(held::contains).collect(Collectors.toSet());
            if (others.size() == keys.size()) {
                whileWaiting.run();
            }
            return new Claim(find(keys), others, Set.of());
        }
    }

    @AfterEach
    void end() {
        threads.close();
    }

    /** Lets the cache know how long a value takes. */
    private void learn(Duration computing) {
        cache.getAll(List.of(key("learnt")), FOREVER, missing -> {
            Replica.sleep(computing);
            return List.of("learnt");
        });
        tier.claims.clear();
    }

    @Test
    void waitsNoLongerThanTheDeadlineLeavesTimeToCompute() {
        var computing = Duration.ofSeconds(1);
        learn(computing);
        tier.held.add(PREFIX + key("a"));

        long begin = System.nanoTime();
        var values = cache.getAll(List.of(key("a")), computing.plusSeconds(1), missing -> List.of("own"));

        assertThat(Duration.ofNanos(System.nanoTime() - begin))
                .isBetween(Duration.ofMillis(500), Duration.ofSeconds(2));
        assertThat(values).containsExactly("own");
    }

    @Test
    void waitsNoLongerThanTheDeadlineOfWhoeverJoins() throws Exception {
        var computing = Duration.ofSeconds(1);
        learn(computing);
        tier.held.add(PREFIX + key("a"));
        var owner = threads.submit(() -> cache.getAll(List.of(key("a")), FOREVER, missing -> List.of("owner's")));
        await().until(() -> !tier.claims.isEmpty());

        long begin = System.nanoTime();
        var joined = cache.getAll(List.of(key("a")), computing.plusMillis(500), missing -> List.of("never"));

        assertThat(Duration.ofNanos(System.nanoTime() - begin))
                .isBetween(Duration.ofMillis(300), Duration.ofSeconds(2));
        assertThat(joined).containsExactly("owner's");
        assertThat(owner.get()).containsExactly("owner's");
    }

    @Test
    void waitsNoMoreWhereAnothersFailureTookTheTime() {
        var computing = Duration.ofSeconds(1);
        learn(computing);
        var owner = threads.submit(() -> cache.getAll(List.of(key("a")), FOREVER, missing -> {
            tier.held.add(PREFIX + key("a"));
            await().until(() -> joined() == 1);
            Replica.sleep(Duration.ofMillis(700));
            throw new IllegalArgumentException("no such thing");
        }));
        await().until(() -> !tier.held.isEmpty());
        tier.claims.clear();

        var values = cache.getAll(List.of(key("a")), computing.plusMillis(500), missing -> List.of("own"));

        assertThat(values).containsExactly("own");
        assertThat(tier.claims).hasSize(1);
        assertThatThrownBy(owner::get).hasRootCauseMessage("no such thing");
    }

    @Test
    void waitsForWhatIsLeftOfADearBatch() {
        learn(Duration.ofMillis(30));
        tier.held.add(PREFIX + key("b"));
        tier.whileWaiting = () -> tier.come("b", "theirs");

        var values = cache.getAll(List.of(key("a"), key("b")), FOREVER, missing -> List.of("own"));

        assertThat(values).containsExactly("own", "theirs");
    }

    @Test
    void givesNobodyElseWhatMustNotBeKeptWhileItWaits() {
        var again = new ArrayList<String>();
        tier.held.add(PREFIX + key("b"));
        tier.whileWaiting = () -> {
            again.addAll(cache.getAll(List.of(key("a")), FOREVER, missing -> List.of("now")));
            tier.come("b", "theirs");
        };

        var values = cache.getAll(List.of(key("a"), key("b")), FOREVER, missing -> List.of(""));

        assertThat(values).containsExactly("", "theirs");
        assertThat(again).containsExactly("now");
    }

    @Test
    void givesNobodyWhatWasErasedWhileItWaits() {
        var again = new ArrayList<String>();
        tier.come("a", "erased");
        tier.held.add(PREFIX + key("b"));
        tier.whileWaiting = () -> {
            tier.values.clear();
            cache.erased(PREFIX + key("a"));
            again.addAll(cache.getAll(List.of(key("a")), FOREVER, missing -> List.of("anew")));
            tier.come("b", "theirs");
        };

        cache.getAll(List.of(key("a"), key("b")), FOREVER, missing -> List.of("never"));

        assertThat(again).containsExactly("anew");
    }

    @Test
    void passesOnAFailureOfWhatIsLeft() {
        tier.held.add(PREFIX + key("b"));
        tier.whileWaiting = tier.held::clear;

        assertThatThrownBy(() -> cache.getAll(List.of(key("a"), key("b")), FOREVER, missing -> {
                    if (missing.contains(1)) {
                        throw new IllegalArgumentException("no such thing");
                    }
                    return List.of("");
                }))
                .hasMessage("no such thing");
        assertThat(cache.getAll(List.of(key("a"), key("b")), FOREVER, missing -> List.of("A", "B")))
                .containsExactly("a", "b");
    }

    @Test
    void countsForeignBytesOnceHoweverOftenItAsks() {
        tier.values.put(PREFIX + key("a"), new byte[] {1});
        tier.held.add(PREFIX + key("a"));

        cache.getAll(List.of(key("a")), FOREVER, missing -> List.of("A"));

        assertThat(tier.claims).hasSizeGreaterThan(2);
        assertThat(meters.get("millrace.cache.refused").counter().count()).isEqualTo(1);
    }

    private double joined() {
        return meters.get("millrace.cache.gets")
                .tag("answer", "joined")
                .counter()
                .count();
    }
}
