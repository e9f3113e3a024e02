package dev.millrace.standalone.suite;

import dev.millrace.ledger.crash.CrashAgent;
import dev.millrace.ledger.crash.CrashHook;
import dev.millrace.ledger.crash.CrashPoint;
import dev.millrace.ledger.fault.Part;
import dev.millrace.ledger.fault.SystemUnderTest;
import dev.millrace.sandbox.ManagedProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A suite on this machine, as the ledger sees it. */
public final class SuiteUnderTest implements SystemUnderTest {
    private static final Duration STOP = Duration.ofSeconds(60);
    private static final Duration READY = Duration.ofSeconds(120);
    private static final Duration CRASH = Duration.ofSeconds(60);

    private final Suite suite;
    private final Path armed;

    private SuiteUnderTest(Suite suite, Path armed) {
        this.suite = suite;
        this.armed = armed;
    }

    /**
     * @param suite one that runs, and whose services were started with {@link #settings}
     * @param folder the same as there
     */
    public static SuiteUnderTest of(Suite suite, Path folder) {
        return new SuiteUnderTest(suite, folder.resolve("armed"));
    }

    /**
     * Variables of the services' environment with which they come to crash points.
     *
     * @param folder an existing one for the agent and what arms it
     */
    public static Map<String, String> settings(Path folder) {
        try {
            var armed = Files.createDirectories(folder.resolve("armed"));
            var agent = CrashAgent.writeJar(folder.resolve("crash-points.jar"));
            String own = System.getenv().getOrDefault("JAVA_TOOL_OPTIONS", "");
            return Map.of(
                    "JAVA_TOOL_OPTIONS",
                    "%s \"-javaagent:%s=%s\"".formatted(own, agent, armed).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(folder.toString(), e);
        }
    }

    @Override
    public String api() {
        return suite.addresses().api();
    }

    @Override
    public String bootstrapServers() {
        return suite.addresses().bootstrapServers();
    }

    @Override
    public void kill(Part part) {
        var process = suite.letGo(process(part));
        process.kill();
        process.onExit().join();
    }

    @Override
    public void terminate(Part part) {
        suite.letGo(process(part)).stop(STOP);
    }

    @Override
    public void start(Part part) {
        switch (part) {
            case BROKER -> suite.startBrokerAgain();
            case REDIS -> suite.startRedisAgain();
            default -> suite.startAgain(service(part));
        }
    }

    @Override
    public void suspend(Part part) {
        signal("STOP", part);
    }

    @Override
    public void resume(Part part) {
        signal("CONT", part);
        if (part != Part.BROKER && part != Part.REDIS) {
            try (var health = new Health()) {
                process(part).await(() -> health.isReady(suite.addresses().management(service(part))), READY);
            }
        }
    }

    @Override
    public void crashAt(Part part, CrashPoint point) {
        var process = suite.letGo(process(part));
        var trigger = CrashHook.file(armed, point, process.pid());
        try {
            Files.createFile(trigger);
            process.onExit().get(CRASH.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException(
                    "%s did not come to %s within %s".formatted(part.title(), point.title(), CRASH), e);
        } catch (IOException | ExecutionException e) {
            throw new IllegalStateException("%s cannot be crashed".formatted(part.title()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public Optional<String> failure() {
        return suite.failure().isDone()
                ? Optional.of(String.valueOf(suite.failure().join().getMessage()))
                : Optional.empty();
    }

    private ManagedProcess process(Part part) {
        return switch (part) {
            case BROKER -> suite.brokerProcess();
            case REDIS -> suite.redisProcess();
            default -> suite.running(service(part));
        };
    }

    private static Service service(Part part) {
        return Service.valueOf(part.name());
    }

    private void signal(String name, Part part) {
        try {
            var kill = new ProcessBuilder(
                    "kill", "-" + name, Long.toString(process(part).pid()));
            if (kill.start().waitFor() != 0) {
                throw new IllegalStateException("kill -%s %s failed".formatted(name, part.title()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
