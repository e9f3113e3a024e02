package dev.millrace.cache;

import static dev.millrace.cache.Replica.key;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.sandbox.Sandbox;
import dev.millrace.sandbox.SandboxExtension;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.lettuce.core.api.sync.RedisCommands;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Whatever Redis does, the cache answers, and answers right. */
@ExtendWith(SandboxExtension.class)
class RedisTierIT {
    private static final Duration PATIENT = Duration.ofSeconds(1);
    private static final Duration DAY = Replica.TIME_TO_LIVE;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Sandbox sandbox;
    private final TestRedis connection;
    private final String prefix;
    private final RedisCommands<String, String> redis;

    RedisTierIT(Sandbox sandbox) {
        this.sandbox = sandbox;
        connection = new TestRedis(sandbox);
        prefix = connection.prefix();
        redis = connection.commands();
    }

    @AfterEach
    void disconnect() {
        connection.close();
    }

    private Replica replica() {
        return replica(sandbox.redisUrl(), PATIENT);
    }

    private Replica replica(String url, Duration timeout) {
        return new Replica(url, prefix, timeout, RedisTier.NEVER, meters);
    }

    private void awaitKept(CacheKey... keys) {
        await().until(() -> Arrays.stream(keys).allMatch(key -> redis.exists(prefix + key) == 1));
    }

    @Test
    void findsInOneReplicaWhatAnotherComputed() {
        try (var first = replica();
                var second = replica()) {
            first.get(key("a"), "A");
            awaitKept(key("a"));

            assertThat(second.get(key("a"), "never")).isEqualTo("a");
        }
    }

    @Test
    void findsWhatAnotherReplicaSharedWithoutComputingIt() {
        try (var first = replica();
                var second = replica()) {
            first.cache().share(Map.of(key("a"), "A"));
            awaitKept(key("a"));

            assertThat(second.cache().find(key("a"))).contains("a");
            assertThat(second.cache().find(key("b"))).isEmpty();
        }
    }

    @Test
    void takesOneRoundTripForAThousandValues() throws IOException {
        var keys = IntStream.range(0, 1000).mapToObj(Replica::key).toList();
        try (var first = replica()) {
            first.getAll(
                    keys, missing -> missing.stream().map(i -> "value " + i).toList());
            awaitKept(keys.toArray(CacheKey[]::new));
        }
        try (var proxy = new RedisProxy(sandbox.redisUrl());
                var second = replica(proxy.url(), Duration.ofMillis(1900))) {
            // Two round trips would take longer than it waits.
            proxy.roundTrip(Duration.ofSeconds(1));
            assertThat(second.tier().find(keys.stream().map(key -> prefix + key).toList()))
                    .hasSize(1000);
        }
    }

    @Test
    void spreadsTheTimesToLiveAndAHitBeginsThemAnew() {
        var keys = IntStream.range(0, 2000).mapToObj(Replica::key).toList();
        try (var first = replica();
                var second = replica()) {
            first.getAll(keys, missing -> missing.stream().map(i -> "v").toList());
            awaitKept(keys.toArray(CacheKey[]::new));

            var times = keys.stream().map(key -> redis.pttl(prefix + key)).toList();
            long mean = DAY.toMillis();
            assertThat(times).allSatisfy(time -> assertThat(time).isBetween((long) (mean * 0.89), (long) (mean * 1.1)));
            // Of twenty equal parts of the spread none has twice its share.
            var parts = new int[21];
            times.forEach(time -> parts[(int) ((time - mean * 0.89) / (mean * 0.21) * 20)]++);
            assertThat(Arrays.stream(parts).max().orElseThrow()).isLessThan(200);

            redis.pexpire(prefix + keys.getFirst(), 60_000);
            second.get(keys.getFirst(), "never");
            assertThat(redis.pttl(prefix + keys.getFirst())).isGreaterThan((long) (mean * 0.8));
        }
    }

    @Test
    void takesForeignBytesForAMissCountsThemAndReplacesThem() {
        redis.set(prefix + key("a"), "not ours");
        redis.lpush(prefix + key("b"), "not", "even", "a", "string");
        redis.set(prefix + key("c"), "");
        try (var replica = replica()) {
            assertThat(replica.get(key("a"), "A")).isEqualTo("a");
            assertThat(replica.get(key("b"), "B")).isEqualTo("b");
            assertThat(replica.get(key("c"), "C")).isEqualTo("c");
            assertThat(meters.get("millrace.cache.refused").counter().count()).isEqualTo(2);
            assertThat(replica.breaker().getState()).isEqualTo(CircuitBreaker.State.CLOSED);
        }
        try (var later = replica()) {
            await().until(() -> later.get(key("a"), "never").equals("a"));
        }
    }

    @Test
    void takesAValueThatWasMovedToAnotherKeyForAMiss() {
        try (var first = replica();
                var second = replica()) {
            first.get(key("a"), "A");
            awaitKept(key("a"));
            redis.copy(prefix + key("a"), prefix + key("b"));

            assertThat(second.get(key("b"), "right")).isEqualTo("right");
        }
    }

    @Test
    void computesWhileRedisHangsAndSoonStopsAskingIt() throws Exception {
        try (var replica = replica(sandbox.redisUrl(), Duration.ofMillis(25))) {
            redis.clientPause(3000);
            for (int i = 0; i < 50; i++) {
                assertThat(replica.get(key("hung" + i), "V" + i)).isEqualTo("v" + i);
            }
            assertThat(replica.breaker().getState()).isEqualTo(CircuitBreaker.State.OPEN);
            assertThat(replica.breaker().getMetrics().getNumberOfNotPermittedCalls())
                    .isGreaterThan(40);
            assertThat(meters.get("millrace.cache.skipped").counter().count()).isGreaterThanOrEqualTo(50);

            // Back within five seconds of its recovery, for whoever asks.
            awaitUse(replica, Duration.ofSeconds(8));
        }
    }

    @Test
    void computesWhileRedisIsSlow() throws IOException {
        try (var proxy = new RedisProxy(sandbox.redisUrl());
                var replica = replica(proxy.url(), Duration.ofMillis(25))) {
            proxy.roundTrip(Duration.ofMillis(200));
            for (int i = 0; i < 50; i++) {
                assertThat(replica.get(key("slow" + i), "V" + i)).isEqualTo("v" + i);
            }
            assertThat(replica.breaker().getMetrics().getNumberOfNotPermittedCalls())
                    .isGreaterThan(40);
        }
    }

    @Test
    void goesOnWithoutRedisAndTakesItUpAgain() {
        try (var replica = replica()) {
            replica.get(key("before"), "V");
            sandbox.redis().kill();
            try {
                for (int i = 0; i < 50; i++) {
                    assertThat(replica.get(key("gone" + i), "V" + i)).isEqualTo("v" + i);
                }
                assertThat(replica.get(key("before"), "never")).isEqualTo("v");
            } finally {
                sandbox.redis().restart();
            }
            awaitUse(replica, Duration.ofSeconds(10));
        }
    }

    @Test
    void startsWithoutRedisAndTakesItUpLater() {
        sandbox.redis().kill();
        try (var replica = replica()) {
            try {
                assertThat(replica.get(key("early"), "V")).isEqualTo("v");
            } finally {
                sandbox.redis().restart();
            }
            awaitUse(replica, Duration.ofSeconds(10));
        }
    }

    @Test
    void goesOnReadingWhileRedisIsFull() {
        try (var replica = replica();
                var other = replica()) {
            replica.get(key("kept"), "V");
            awaitKept(key("kept"));
            var limits = redis.configGet("maxmemory*");
            redis.configSet("maxmemory-policy", "noeviction");
            redis.configSet("maxmemory", "1");
            try {
                assertThat(replica.get(key("full"), "V")).isEqualTo("v");
                await().until(() ->
                        meters.get("millrace.cache.unkept").counter().count() == 1);
                assertThat(other.get(key("kept"), "never")).isEqualTo("v");
                assertThat(other.get(key("full"), "anew")).isEqualTo("anew");
                assertThat(other.breaker().getState()).isEqualTo(CircuitBreaker.State.CLOSED);
            } finally {
                redis.configSet("maxmemory", limits.get("maxmemory"));
                redis.configSet("maxmemory-policy", limits.get("maxmemory-policy"));
            }
        }
    }

    @Test
    void computesAgainWhatRedisForgot() {
        try (var first = replica();
                var second = replica()) {
            first.get(key("a"), "A");
            awaitKept(key("a"));
            redis.flushall();

            assertThat(second.get(key("a"), "anew")).isEqualTo("anew");
            assertThat(first.get(key("a"), "never")).isEqualTo("a");
        }
    }

    @Test
    void putsNoMoreInRedisThanKeyChecksumAndValue() {
        try (var replica = replica()) {
            replica.get(key("a"), "secret");
            awaitKept(key("a"));
            assertThat(redis.get(prefix + key("a")).getBytes(UTF_8).length).isLessThan(40);
            assertThat(redis.keys(prefix + "*"))
                    .allSatisfy(name -> assertThat(name).doesNotContain("secret"));
        }
    }

    /** Until a value written by this replica is there for others. */
    private void awaitUse(Replica replica, Duration patience) {
        await().atMost(patience).ignoreExceptions().until(() -> {
            var fresh = key(UUID.randomUUID());
            replica.get(fresh, "v");
            Thread.sleep(50);
            return redis.exists(prefix + fresh) == 1;
        });
    }
}
