package dev.millrace.cache;

import static dev.millrace.cache.Replica.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.sandbox.Sandbox;
import dev.millrace.sandbox.SandboxExtension;
import io.lettuce.core.api.sync.RedisCommands;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** One replica computes what several miss, as long as Redis is there for them to agree by. */
@ExtendWith(SandboxExtension.class)
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LeaseIT {
    private static final Duration COMPUTING = Duration.ofSeconds(3);
    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<Replica> replicas = new ArrayList<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Sandbox sandbox;
    private final TestRedis connection;
    private final String prefix;
    private final RedisCommands<String, String> redis;

    LeaseIT(Sandbox sandbox) {
        this.sandbox = sandbox;
        connection = new TestRedis(sandbox);
        prefix = connection.prefix();
        redis = connection.commands();
    }

    @AfterEach
    void disconnect() {
        threads.close();
        replicas.forEach(Replica::close);
        connection.close();
    }

    private Replica replica(Duration timeout, Duration dear) {
        var replica = new Replica(sandbox.redisUrl(), prefix, timeout, dear, meters);
        replicas.add(replica);
        return replica;
    }

    /** One that knows how long a value takes, and leaves it to others. */
    private Replica leasing() {
        return leasing(TIMEOUT);
    }

    private Replica leasing(Duration timeout) {
        var replica = replica(timeout, RedisTier.DEAR);
        replica.learn(COMPUTING);
        return replica;
    }

    private String lease(Object name) {
        return "cache:lease:v1:{" + prefix + key(name) + "}";
    }

    @Test
    void computesOnceForAThousandCallersOfEachOfFourReplicas() throws Exception {
        var runs = askFourReplicas(RedisTier.DEAR, () -> await().until(
                        () -> replicas.stream().filter(LeaseIT::waits).count() == 3));

        assertThat(runs).hasValue(1);
        assertThat(meters.get("millrace.cache.gets")
                        .tag("answer", "awaited")
                        .counter()
                        .count())
                .isEqualTo(3);
    }

    @Test
    void computesOnceInEachReplicaWithoutLeases() throws Exception {
        var all = new CountDownLatch(4);

        var runs = askFourReplicas(RedisTier.NEVER, () -> {
            all.countDown();
            hold(all);
        });

        assertThat(runs).hasValue(4);
    }

    private AtomicInteger askFourReplicas(Duration dear, Runnable computation) throws Exception {
        var learning = new ArrayList<Future<?>>();
        for (int i = 0; i < 4; i++) {
            var replica = replica(TIMEOUT, dear);
            learning.add(threads.submit(() -> replica.learn(COMPUTING)));
        }
        for (var each : learning) {
            each.get();
        }
        var runs = new AtomicInteger();
        var asking = new ArrayList<Future<?>>();
        for (var replica : replicas) {
            asking.add(threads.submit(() -> {
                LeaseProcess.ask(replica, () -> {
                    runs.incrementAndGet();
                    computation.run();
                });
                return null;
            }));
        }
        for (var each : asking) {
            each.get();
        }
        return runs;
    }

    @Test
    void waitsNotForEverForALeaseThatNeverEnds() {
        var waiting = replica(Duration.ofSeconds(30), RedisTier.DEAR);
        waiting.learn(Duration.ofMillis(60));
        redis.set(lease("a"), "another's");

        long begin = System.nanoTime();
        assertThat(waiting.get(key("a"), "A")).isEqualTo("a");
        assertThat(Duration.ofNanos(System.nanoTime() - begin))
                .isBetween(Duration.ofMillis(200), Duration.ofSeconds(5));
        assertThat(redis.get(lease("a"))).isEqualTo("another's");
    }

    @Test
    void asksOthersOnlyAboutWhatIsDear() {
        var replica = replica(TIMEOUT, RedisTier.DEAR);
        redis.set(lease("a"), "another's");
        var names = List.of(prefix + key("a"));

        var cheap = replica.tier().claim(names, RedisTier.DEAR.minusMillis(1));
        var dear = replica.tier().claim(names, RedisTier.DEAR);

        assertThat(cheap.held()).isEmpty();
        assertThat(dear.held()).containsExactlyElementsOf(names);
    }

    @Test
    void leasesForAShortTimeWhateverItExpects() {
        var replica = replica(TIMEOUT, RedisTier.DEAR);

        replica.tier().claim(List.of(prefix + key("a")), Duration.ofHours(1));

        assertThat(redis.pttl(lease("a"))).isBetween(10_000L, 15_000L);
    }

    @Test
    void doesNotEndALeaseThatIsAnothersByNow() {
        var replica = replica(TIMEOUT, RedisTier.DEAR);
        var names = List.of(prefix + key("a"), prefix + key("b"));
        var claim = replica.tier().claim(names, Duration.ofHours(1));
        redis.set(lease("a"), "another's");

        replica.tier().release(claim.leases());

        await().until(() -> redis.exists(lease("b")) == 0);
        assertThat(redis.get(lease("a"))).isEqualTo("another's");
    }

    @Test
    void leavesAFailureToWhoeverComputedAndKeepsNothingOfIt() throws Exception {
        var failing = leasing();
        var waiting = leasing();
        var failed = new CountDownLatch(1);
        // Four, so that their leases would last for 15 s.
        var keys = List.of(key("a"), key("b"), key("c"), key("d"));
        var first = threads.submit(() -> failing.getAll(keys, missing -> {
            hold(failed);
            throw new IllegalArgumentException("no such thing");
        }));
        await().until(() -> redis.exists(lease("d")) == 1);
        var second = threads.submit(() -> waiting.getAll(keys, missing -> List.of("A", "B", "C", "D")));
        awaitWaiting(waiting);

        failed.countDown();

        assertThat(second.get(3, TimeUnit.SECONDS)).containsExactly("a", "b", "c", "d");
        assertThatThrownBy(first::get).hasRootCauseMessage("no such thing");
        assertThat(failing.get(key("a"), "never")).isEqualTo("a");
    }

    @Test
    void computesInEachReplicaOnceRedisHangs() throws Exception {
        var holding = leasing(Duration.ofMillis(100));
        var waiting = leasing(Duration.ofMillis(100));
        var go = new CountDownLatch(1);
        var first = threads.submit(() -> holding.getAll(List.of(key("a")), missing -> {
            hold(go);
            return List.of("first");
        }));
        await().until(() -> redis.exists(lease("a")) == 1);
        var second = threads.submit(() -> waiting.get(key("a"), "second"));
        awaitWaiting(waiting);

        redis.clientPause(3000);

        long begin = System.nanoTime();
        assertThat(second.get()).isEqualTo("second");
        assertThat(waiting.get(key("b"), "second")).isEqualTo("second");
        assertThat(holding.get(key("b"), "first")).isEqualTo("first");
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(2));
        go.countDown();
        assertThat(first.get()).containsExactly("first");
    }

    @Test
    void neverDeadlocksInRandomSchedules() throws Exception {
        for (int i = 0; i < 3; i++) {
            replica(TIMEOUT, Duration.ZERO);
        }
        for (int seed = 0; seed < 1000; seed++) {
            var callers = new ArrayList<Future<Boolean>>();
            for (int caller = 0; caller < 8; caller++) {
                callers.add(schedule(new Random(seed * 31L + caller), seed));
            }
            for (var caller : callers) {
                assertThat(caller.get(20, TimeUnit.SECONDS)).as("seed %d", seed).isTrue();
            }
        }
    }

    /** Asks a replica for some of five values; one in eight computations fails, and one caller in eight dies with leases. */
    private Future<Boolean> schedule(Random random, int seed) {
        var names = new ArrayList<>(
                IntStream.range(0, 5).mapToObj(i -> seed + "/" + i).toList());
        Collections.shuffle(names, random);
        var wanted = List.copyOf(names.subList(0, 1 + random.nextInt(5)));
        var replica = replicas.get(random.nextInt(replicas.size()));
        boolean dies = random.nextInt(8) == 0;
        boolean fails = random.nextInt(8) == 0;
        int millis = random.nextInt(4);
        return threads.submit(() -> {
            if (dies) {
                replica.tier()
                        .claim(wanted.stream().map(name -> prefix + key(name)).toList(), Duration.ofMillis(millis));
                return true;
            }
            try {
                return replica.getAll(wanted.stream().map(Replica::key).toList(), missing -> {
                            Replica.sleep(Duration.ofMillis(millis));
                            if (fails) {
                                throw new IllegalArgumentException("as it should");
                            }
                            return missing.stream().map(wanted::get).toList();
                        })
                        .equals(wanted);
            } catch (IllegalArgumentException e) {
                return fails;
            }
        });
    }

    private static void awaitWaiting(Replica replica) {
        await().pollInterval(Duration.ofMillis(10)).until(() -> waits(replica));
    }

    /** Whether it asked again and again within the last second. */
    private static boolean waits(Replica replica) {
        return replica.breaker().getMetrics().getNumberOfSuccessfulCalls() >= 10;
    }

    private static void hold(CountDownLatch latch) {
        try {
            if (!latch.await(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("held for too long");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
