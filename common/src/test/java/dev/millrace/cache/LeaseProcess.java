package dev.millrace.cache;

import static dev.millrace.cache.Replica.key;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A replica that really is a process, which can be killed. Once it is told to, it asks for one value from a thousand
 * threads; whoever computes it leaves {@code <process id> <epoch milliseconds>} in the list {@code begun}.
 */
final class LeaseProcess {
    static final int CALLERS = 1000;

    private LeaseProcess() {}

    /** @param arguments the URL of Redis, the prefix of keys, and how long a value takes, as in {@code PT1S} */
    public static void main(String[] arguments) throws Exception {
        String prefix = arguments[1];
        var computing = Duration.parse(arguments[2]);
        var client = RedisClient.create(arguments[0]);
        try (var replica =
                new Replica(arguments[0], prefix, Duration.ofSeconds(1), RedisTier.DEAR, new SimpleMeterRegistry())) {
            RedisCommands<String, String> redis = client.connect().sync();
            replica.learn(computing);
            redis.incr(prefix + "ready");
            while (redis.exists(prefix + "go") == 0) {
                Replica.sleep(Duration.ofMillis(5));
            }
            ask(replica, () -> {
                redis.rpush(prefix + "begun", ProcessHandle.current().pid() + " " + System.currentTimeMillis());
                Replica.sleep(computing);
            });
            redis.incr(prefix + "done");
        } finally {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        }
    }

    /** Asks for {@code cold} from many threads at once. */
    static void ask(Replica replica, Runnable computation) throws Exception {
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers = new ArrayList<Future<List<String>>>();
            for (int i = 0; i < CALLERS; i++) {
                answers.add(executor.submit(() -> replica.getAll(List.of(key("cold")), missing -> {
                    computation.run();
                    return List.of("V");
                })));
            }
            for (var answer : answers) {
                if (!answer.get().equals(List.of("v"))) {
                    throw new IllegalStateException("values: %s (expected: [v])".formatted(answer.get()));
                }
            }
        }
    }
}
