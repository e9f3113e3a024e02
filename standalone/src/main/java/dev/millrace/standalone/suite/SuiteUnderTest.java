package dev.millrace.standalone.suite;

import static java.util.Objects.requireNonNull;

import dev.millrace.ledger.agent.ClientFault;
import dev.millrace.ledger.agent.FaultAgent;
import dev.millrace.ledger.agent.FaultHook;
import dev.millrace.ledger.agent.FaultPoint;
import dev.millrace.ledger.agent.Order;
import dev.millrace.ledger.fault.Part;
import dev.millrace.ledger.fault.SystemUnderTest;
import dev.millrace.sandbox.ManagedProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/** A suite on this machine, as the ledger sees it. */
public final class SuiteUnderTest implements SystemUnderTest, AutoCloseable {
    private static final String FULL_SPEED = "-XX:TieredStopAtLevel=4 ";
    private static final Duration TRAINING = Duration.ofMinutes(5);
    private static final Duration STOP = Duration.ofSeconds(60);
    private static final Duration READY = Duration.ofSeconds(120);
    private static final Duration COME_TO_POINT = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(10);

    private final Suite suite;
    private final Path armed;
    private final Health health = new Health();
    private final Map<Part, ManagedProcess> replicas = new EnumMap<>(Part.class);
    /** Counts the faults of brokers, which strike one broker after the other. */
    private int brokerFaults;

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
     * Variables of the services' environment with which faults can be put into them.
     *
     * @param folder an existing one for the agent and what arms it
     */
    public static Map<String, String> settings(Path folder) {
        try {
            var armed = Files.createDirectories(folder.resolve("armed"));
            var agent = FaultAgent.writeJar(folder.resolve("faults.jar"));
            String own = System.getenv().getOrDefault("JAVA_TOOL_OPTIONS", "");
            return Map.of(
                    "JAVA_TOOL_OPTIONS",
                    "%s \"-javaagent:%s=%s\"".formatted(own, agent, armed).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(folder.toString(), e);
        }
    }

    /**
     * Variables with which services are as fast as when deployed: a suite on one machine leaves the second compiler out,
     * since it starts sooner so.
     */
    public static Map<String, String> atFullSpeed() {
        return Map.of(ServiceCommands.JAVA_OPTIONS, FULL_SPEED + ServiceCommands.javaOptions());
    }

    /**
     * Starts each service once without Kafka and Redis, which leaves its classes loaded and linked in an AOT cache, as our
     * images do.
     *
     * @param folder of the caches, an existing one
     * @return variables with which services use them, at full speed; a service that cannot use its own does not start
     */
    public static Map<String, String> withAotCaches(Installation installation, Path models, Path folder) {
        for (var service : Service.values()) {
            String name = service.title();
            var training = ManagedProcess.start(new ManagedProcess.Command(
                    name + "-training",
                    installation.training(service, folder.resolve(name + ".aot")),
                    Map.of("MILLRACE_MODELS_REPOSITORY", models.toString()),
                    folder.resolve(name + "-training.log")));
            int status = training.onExit()
                    .completeOnTimeout(-1, TRAINING.toSeconds(), TimeUnit.SECONDS)
                    .join();
            if (status != 0) {
                training.kill();
                throw training.failed(status == -1 ? "not done after " + TRAINING : "ended with status " + status);
            }
        }
        return Map.of(
                ServiceCommands.JAVA_OPTIONS,
                "%s-XX:AOTMode=on -XX:AOTCache=%s/{service}.aot %s"
                        .formatted(FULL_SPEED, folder, ServiceCommands.javaOptions()));
    }

    /** The services' process ids, by name. */
    public Map<String, Long> processes() {
        var processes = new TreeMap<String, Long>();
        for (var service : Service.values()) {
            processes.put(service.title(), suite.running(service).pid());
        }
        return processes;
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

    /** Asks no more. The suite runs on. */
    @Override
    public void close() {
        health.close();
    }

    @Override
    public void terminate(Part part) {
        suite.letGo(process(part)).stop(STOP);
    }

    @Override
    public void start(Part part) {
        switch (part) {
            case BROKER -> {
                suite.startBrokersAgain();
                brokerFaults++;
            }
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
        if (part == Part.BROKER) {
            brokerFaults++;
        } else if (part != Part.REDIS) {
            process(part).await(() -> isReady(part), READY);
        }
    }

    @Override
    public void crashAt(Part part, FaultPoint point) {
        var process = suite.letGo(process(part));
        FaultHook.arm(armed, point, process.pid(), Order.HALT);
        try {
            process.onExit().get(COME_TO_POINT.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw neverCame(part, point);
        } catch (ExecutionException e) {
            throw new IllegalStateException("%s cannot be crashed".formatted(part.title()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void suspendAt(Part part, FaultPoint point) {
        long pid = process(part).pid();
        FaultHook.arm(armed, point, pid, Order.HOLD);
        long deadline = System.nanoTime() + COME_TO_POINT.toNanos();
        while (FaultHook.isArmed(armed, point, pid)) {
            if (System.nanoTime() > deadline) {
                FaultHook.disarm(armed, point, pid);
                throw neverCame(part, point);
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
        suspend(part);
    }

    private static IllegalStateException neverCame(Part part, FaultPoint point) {
        return new IllegalStateException(
                "%s did not come to %s within %s".formatted(part.title(), point.title(), COME_TO_POINT));
    }

    @Override
    public void startReplica(Part part) {
        replicas.put(part, suite.startReplica(service(part)));
    }

    @Override
    public void endReplica(Part part) {
        requireNonNull(replicas.remove(part), part.title()).stop(STOP);
    }

    @Override
    public void deceive(Part part, ClientFault what, long seed) {
        FaultHook.arm(armed, what.point(), process(part).pid(), what.order(seed));
    }

    @Override
    public void undeceive(Part part, ClientFault what) {
        FaultHook.disarm(armed, what.point(), process(part).pid());
    }

    @Override
    public boolean isReady(Part part) {
        return health.isReady(suite.addresses().management(service(part)));
    }

    @Override
    public boolean isServing() {
        return health.isServing(suite.addresses().api() + "/v1/pipelines");
    }

    @Override
    public Optional<String> failure() {
        return suite.failure().isDone()
                ? Optional.of(String.valueOf(suite.failure().join().getMessage()))
                : Optional.empty();
    }

    private ManagedProcess process(Part part) {
        return switch (part) {
            case BROKER -> {
                var brokers = suite.brokerProcesses();
                yield brokers.get(brokerFaults % brokers.size());
            }
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
