package dev.millrace.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.sandbox.ManagedProcess;
import dev.millrace.sandbox.Sandbox;
import dev.millrace.sandbox.SandboxExtension;
import io.lettuce.core.api.sync.RedisCommands;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Four processes with a thousand callers each: one of them computes what all miss. */
@ExtendWith(SandboxExtension.class)
class LeaseProcessIT {
    private static final Duration COMPUTING = Duration.ofSeconds(3);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final List<ManagedProcess> processes = new ArrayList<>();
    private final Sandbox sandbox;
    private final TestRedis connection;
    private final String prefix;
    private final RedisCommands<String, String> redis;

    LeaseProcessIT(Sandbox sandbox) {
        this.sandbox = sandbox;
        connection = new TestRedis(sandbox);
        prefix = connection.prefix();
        redis = connection.commands();
    }

    @AfterEach
    void disconnect() {
        processes.forEach(ManagedProcess::kill);
        connection.close();
    }

    @Test
    void computesOnceInFourProcesses(@TempDir Path folder) {
        start(folder);

        redis.set(prefix + "go", "");
        awaitCount("done", 4);

        assertThat(redis.lrange(prefix + "begun", 0, -1)).hasSize(1);
    }

    @Test
    void computesAgainWithinTwiceTheTimeOnceTheProcessAtItIsKilled(@TempDir Path folder) {
        start(folder);

        redis.set(prefix + "go", "");
        await().pollInterval(Duration.ofMillis(10)).until(() -> redis.llen(prefix + "begun") == 1);
        long holder = begun(0)[0];
        processes.stream().filter(process -> process.pid() == holder).forEach(ManagedProcess::kill);
        processes.removeIf(process -> process.pid() == holder);
        awaitCount("done", 3);

        assertThat(redis.llen(prefix + "begun")).isEqualTo(2);
        assertThat(begun(1)[0]).isNotEqualTo(holder);
        assertThat(begun(1)[1] - begun(0)[1]).isBetween(COMPUTING.toMillis(), 2 * COMPUTING.toMillis());
    }

    private void start(Path folder) {
        var command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx128m",
                LeaseProcess.class.getName(),
                sandbox.redisUrl(),
                prefix,
                COMPUTING.toString());
        var classPath = Map.of("CLASSPATH", System.getProperty("java.class.path"));
        for (int i = 0; i < 4; i++) {
            processes.add(ManagedProcess.start(new ManagedProcess.Command(
                    "replica-" + i, command, classPath, folder.resolve("replica-" + i + ".log"))));
        }
        awaitCount("ready", 4);
    }

    /** Until that many processes are so far; fails at once if one ends otherwise than it should. */
    private void awaitCount(String what, int count) {
        await().atMost(PATIENCE).until(() -> {
            for (var process : processes) {
                int status = process.onExit().getNow(0);
                if (status != 0) {
                    throw process.failed("ended with status " + status);
                }
            }
            return Integer.toString(count).equals(redis.get(prefix + what));
        });
    }

    /** Process and time of a computation. */
    private long[] begun(int index) {
        return Arrays.stream(redis.lindex(prefix + "begun", index).split(" "))
                .mapToLong(Long::parseLong)
                .toArray();
    }
}
