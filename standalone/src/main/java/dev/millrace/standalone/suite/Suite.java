package dev.millrace.standalone.suite;

import dev.millrace.contract.TopicCatalog;
import dev.millrace.sandbox.BrokerCluster;
import dev.millrace.sandbox.BrokerProcess;
import dev.millrace.sandbox.ManagedProcess;
import dev.millrace.sandbox.Ports;
import dev.millrace.sandbox.RedisProcess;
import dev.millrace.sandbox.TopicAdministration;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A suite that this process starts: broker, Redis and the five services, each in a process of its own. Until it is
 * {@linkplain #detach detached} it ends with this process, however that ends.
 */
public final class Suite implements AutoCloseable {
    private static final Duration READY = Duration.ofSeconds(180);
    /** Longer than a service waits for its own work: {@code spring.lifecycle.timeout-per-shutdown-phase}. */
    private static final Duration STOP = Duration.ofSeconds(25);

    private final Installation installation;
    private final ServiceCommands commands;
    private final StateFolder folder;
    private final Addresses addresses;
    private final Progress progress;
    /** Platform threads: this program may run from one jar with nested ones, see {@link Unpacking}. */
    private final ExecutorService threads = Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon().name("suite-", 0).factory());

    private final CompletableFuture<SuiteException> failure = new CompletableFuture<>();
    private final Map<Service, ManagedProcess> services = new EnumMap<>(Service.class);
    private final List<SuiteState.Member> members = new ArrayList<>();
    private final Set<ManagedProcess> killed = ConcurrentHashMap.newKeySet();

    private StateFolder.@Nullable Lock lock;
    private @Nullable BrokerCluster brokers;
    private @Nullable RedisProcess redis;
    private Path models = Path.of("");
    private boolean detached;
    private boolean recorded;
    private volatile boolean closing;

    public Suite(Installation installation, StateFolder folder, Addresses addresses, Progress progress) {
        this(installation, folder, addresses, progress, Map.of());
    }

    /** @param settings variables of the services' environment, in place of what the suite sets */
    public Suite(
            Installation installation,
            StateFolder folder,
            Addresses addresses,
            Progress progress,
            Map<String, String> settings) {
        this.installation = installation;
        this.folder = folder;
        this.addresses = addresses;
        this.progress = progress;
        this.commands = new ServiceCommands(installation, folder, addresses, settings);
    }

    /**
     * Starts everything and waits until all of it is ready.
     *
     * @param modelRepository finds or builds the model repository; called once, by another thread
     * @throws SuiteException saying what is wrong and how to mend it; call {@link #close} then
     */
    public void start(Callable<Path> modelRepository) {
        Preflight.checkDisk(folder.path());
        Preflight.checkMemory();
        lock = folder.lock();
        LeftOver.endAllOf(folder, progress);
        Preflight.checkPorts(addresses);
        for (var service : Service.values()) {
            installation.jar(service);
        }
        folder.refreshServerLogs();
        recorded = true;
        record();
        try {
            var foundModels = step("models", modelRepository, Suite::name);
            awaitAll(List.of(
                    foundModels,
                    step("jars", installation::unpack, detail -> detail),
                    step("redis", this::startRedis, detail -> detail),
                    step("kafka", this::startBrokers, detail -> detail)));
            models = foundModels.join();
            try (var health = new Health()) {
                awaitAll(Arrays.stream(Service.values())
                        .map(service -> step(service.title(), () -> startService(service, health), detail -> detail))
                        .toList());
            }
        } catch (CompletionException e) {
            throw explain(e.getCause() == null ? e : e.getCause());
        }
    }

    public Addresses addresses() {
        return addresses;
    }

    public StateFolder folder() {
        return folder;
    }

    /** Whether it is being stopped, so that failures of its processes are to be expected. */
    public boolean isClosing() {
        return closing;
    }

    /** Completes if a process of the suite ends by itself, with how and why. */
    public CompletableFuture<SuiteException> failure() {
        return failure;
    }

    /** Process id of a service. */
    synchronized long pid(Service service) {
        return running(service).pid();
    }

    /** Ends a service as {@code kill -9} does, without the suite taking it for a failure. */
    void kill(Service service) {
        var process = letGo(running(service));
        process.kill();
        process.onExit().join();
    }

    /** From now on its end is not taken for a failure. Returns it. */
    synchronized ManagedProcess letGo(ManagedProcess process) {
        killed.add(process);
        members.removeIf(member -> member.name().equals(process.name()));
        return process;
    }

    /** Starts a service that was killed, and waits until it is ready. */
    void startAgain(Service service) {
        try (var health = new Health()) {
            startService(service, health);
        }
    }

    /**
     * Starts a second process of a stage beside the first, and waits until it is ready. The suite ends it with the
     * others, but takes its end for no failure.
     */
    ManagedProcess startReplica(Service service) {
        int port = Ports.free();
        var process = ManagedProcess.start(commands.ofReplica(service, port, redisUrl(), models));
        try (var health = new Health()) {
            process.await(() -> closing || health.isReady(port), READY);
        }
        return process;
    }

    /** Starts the brokers again that were killed, with what they had written, and waits until they are ready. */
    void startBrokersAgain() {
        Objects.requireNonNull(brokers, "brokers")
                .restartEnded()
                .forEach(broker -> joined(broker.process().name(), broker.process()));
    }

    /** Starts Redis once it was killed, empty, and waits until it is ready. */
    void startRedisAgain() {
        var started = Objects.requireNonNull(redis, "redis");
        started.restart();
        joined("redis", started.process());
    }

    List<ManagedProcess> brokerProcesses() {
        return Objects.requireNonNull(brokers, "brokers").brokers().stream()
                .map(BrokerProcess::process)
                .toList();
    }

    ManagedProcess redisProcess() {
        return Objects.requireNonNull(redis, "redis").process();
    }

    synchronized ManagedProcess running(Service service) {
        return Objects.requireNonNull(services.get(service), () -> service.title() + " was not started");
    }

    /** Lets the suite live on when this process ends. */
    public synchronized void detach() {
        detached = true;
        record();
        ManagedProcess.living().forEach(ManagedProcess::release);
        unlock();
    }

    /** Ends every process of the suite, services first, and forgets it. Does nothing once it is detached or closed. */
    @Override
    public void close() {
        closing = true;
        synchronized (this) {
            if (detached || lock == null) {
                return;
            }
            var stopping = services.values().stream()
                    .map(process -> CompletableFuture.runAsync(() -> process.stop(STOP), threads))
                    .toArray(CompletableFuture<?>[]::new);
            CompletableFuture.allOf(stopping).join();
            if (brokers != null) {
                brokers.stop();
            }
            if (redis != null) {
                redis.stop();
            }
            // What was still starting.
            ManagedProcess.living().forEach(ManagedProcess::kill);
            // What was written down by another suite, because of which this one did not start, stays.
            if (recorded) {
                folder.forget();
            }
            unlock();
        }
    }

    private String startBrokers() {
        var started = BrokerCluster.start(folder.broker(), addresses.kafka());
        synchronized (this) {
            brokers = started;
        }
        brokerProcesses().forEach(process -> joined(process.name(), process));
        var applied = TopicAdministration.apply(started.bootstrapServers(), TopicCatalog.load());
        return "%s, %d topics"
                .formatted(
                        started.bootstrapServers(),
                        applied.created().size()
                                + applied.changed().size()
                                + applied.unchanged().size());
    }

    private String startRedis() {
        var started = RedisProcess.start(folder.redis(), addresses.redis());
        synchronized (this) {
            redis = started;
        }
        joined("redis", started.process());
        return "127.0.0.1:" + addresses.redis();
    }

    private String startService(Service service, Health health) {
        var process = ManagedProcess.start(commands.of(service, redisUrl(), models));
        synchronized (this) {
            services.put(service, process);
        }
        joined(service.title(), process);
        process.await(() -> closing || health.isReady(addresses.management(service)), READY);
        return addresses.describe(service);
    }

    private <T> CompletableFuture<T> step(String name, Callable<T> work, Function<T, String> detail) {
        return CompletableFuture.supplyAsync(
                () -> {
                    progress.begun(name);
                    long begin = System.nanoTime();
                    try {
                        T result = work.call();
                        if (closing) {
                            throw new IllegalStateException("the suite is stopping");
                        }
                        progress.done(name, detail.apply(result), Duration.ofNanos(System.nanoTime() - begin));
                        return result;
                    } catch (Exception e) {
                        throw new CompletionException(e);
                    }
                },
                threads);
    }

    /** Waits until all are done, or any one has failed, or a process of the suite has ended. */
    private void awaitAll(List<? extends CompletableFuture<?>> steps) {
        var failed = failure.thenCompose(CompletableFuture::failedFuture);
        for (var step : steps) {
            failed = failed.applyToEither(step.thenCompose(done -> new CompletableFuture<>()), done -> done);
        }
        CompletableFuture.anyOf(CompletableFuture.allOf(steps.toArray(CompletableFuture<?>[]::new)), failed)
                .join();
    }

    private synchronized void joined(String name, ManagedProcess process) {
        if (closing) {
            process.kill();
            throw new IllegalStateException("the suite is stopping");
        }
        members.add(new SuiteState.Member(name, ProcessIdentity.of(process.pid()), process.log()));
        record();
        var unused = process.onExit().thenAccept(status -> {
            if (!closing && !killed.contains(process)) {
                failure.complete(explain(process.failed("ended with status " + status)));
            }
        });
    }

    private synchronized void record() {
        var sorted = members.stream()
                .sorted(Comparator.comparing(member -> member.process().startedAt()))
                .toList();
        folder.write(new SuiteState(ProcessIdentity.current(), detached, addresses, redisUrl(), models, sorted));
    }

    synchronized String redisUrl() {
        return redis == null ? "" : redis.url();
    }

    private void unlock() {
        if (lock != null) {
            lock.close();
            lock = null;
        }
    }

    /** The end of a repository's path; the default one is named by a digest, of which the begin is enough. */
    private static String name(Path repository) {
        var name = repository.getFileName();
        return "repository "
                + (name == null ? repository : name.toString().replaceFirst("^([0-9a-f]{12})[0-9a-f]{52}$", "$1"));
    }

    private SuiteException explain(Throwable cause) {
        return Explanation.of(cause, folder.path());
    }
}
