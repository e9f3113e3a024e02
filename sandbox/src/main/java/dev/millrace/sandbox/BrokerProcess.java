package dev.millrace.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/** A Kafka broker (KRaft, controller included) in a JVM of its own, on 127.0.0.1: alone, or one of a {@link BrokerCluster}. */
public final class BrokerProcess implements Server {
    private static final Duration START = Duration.ofSeconds(180);
    private static final Duration STOP = Duration.ofSeconds(15);
    private static final int ATTEMPTS = 3;

    private final Path folder;
    private final int port;
    private final Place place;
    private ManagedProcess process;

    private BrokerProcess(Path folder, int port, Place place) {
        this.folder = folder;
        this.port = port;
        this.place = place;
        this.process = launch(folder, port, place);
    }

    /**
     * Which broker of its cluster one is.
     *
     * @param node its id, from 1
     * @param controllers ports of all the cluster's controllers, in the order of the ids; none if it is alone, as it then
     *     takes any free port each time
     */
    record Place(int node, List<Integer> controllers) {
        static final Place ALONE = new Place(1, List.of());

        Place {
            controllers = List.copyOf(controllers);
        }

        String processName() {
            return node == 1 ? "kafka" : "kafka-" + node;
        }

        private Place settled() {
            return controllers.isEmpty() ? new Place(node, List.of(Ports.free())) : this;
        }

        private String voters() {
            return IntStream.rangeClosed(1, controllers.size())
                    .mapToObj(id -> "%d@127.0.0.1:%d".formatted(id, controllers.get(id - 1)))
                    .collect(Collectors.joining(","));
        }

        private int controllerPort() {
            return controllers.get(node - 1);
        }
    }

    /**
     * Starts a broker, which ends with this JVM, and waits until it answers.
     *
     * @param folder its data, settings and log ({@code kafka.log}); a later start goes on with the same data
     * @param port where clients connect, 0 for any free one
     * @throws ProcessFailedException if it does not come up
     */
    public static BrokerProcess start(Path folder, int port) {
        for (int attempt = 1; ; attempt++) {
            int chosen = port == 0 ? Ports.free() : port;
            try {
                return new BrokerProcess(folder, chosen, Place.ALONE);
            } catch (ProcessFailedException e) {
                // Between the choice of a free port and its use another process may have taken it.
                if (attempt == ATTEMPTS
                        || e.lastLines().stream().noneMatch(line -> line.contains("Address already in use"))) {
                    throw e;
                }
            }
        }
    }

    /** Starts one of a cluster, whose others have to be started at the same time. */
    static BrokerProcess start(Path folder, int port, Place place) {
        return new BrokerProcess(folder, port, place);
    }

    /** {@code 127.0.0.1:<port>}. */
    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    /** The broker's process, another one after each restart. */
    public ManagedProcess process() {
        return process;
    }

    @Override
    public void stop() {
        process.stop(STOP);
    }

    @Override
    public void kill() {
        process.kill();
    }

    @Override
    public void restart() {
        stop();
        process = launch(folder, port, place);
    }

    private static ManagedProcess launch(Path folder, int port, Place place) {
        var configuration = configure(folder, port, place.settled());
        // The serial collector costs least on a machine that the services share with it.
        var flags = List.of(
                "-Xmx384m",
                "-Xms128m",
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dlogback.configurationFile=dev/millrace/sandbox/broker-logback.xml");
        var command = JavaCommand.of(BrokerMain.class, folder, flags, List.of(configuration.toString()));
        var process = ManagedProcess.start(
                new ManagedProcess.Command(place.processName(), command, Map.of(), folder.resolve("kafka.log")));
        try {
            process.await(() -> Ports.answers(port), START);
            awaitRegistration(process, port);
            return process;
        } catch (RuntimeException e) {
            process.kill();
            throw e;
        }
    }

    static Path configure(Path folder, int port, Place place) {
        var settings = new Properties();
        settings.putAll(BrokerSettings.common(place.controllers().size()));
        settings.putAll(Map.of(
                "process.roles",
                "broker,controller",
                "node.id",
                Integer.toString(place.node()),
                "controller.quorum.voters",
                place.voters(),
                "controller.listener.names",
                "CONTROLLER",
                "listener.security.protocol.map",
                "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
                "listeners",
                "PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d".formatted(port, place.controllerPort()),
                "advertised.listeners",
                "PLAINTEXT://127.0.0.1:" + port,
                "log.dirs",
                folder.resolve("data").toAbsolutePath().toString()));
        try {
            Files.createDirectories(folder);
            var file = folder.resolve("broker.properties");
            try (var out = Files.newOutputStream(file)) {
                settings.store(out, null);
            }
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException("settings of the broker in " + folder, e);
        }
    }

    /** The port is open before the broker is registered with its controller; only then topics can be created. */
    private static void awaitRegistration(ManagedProcess process, int port) {
        try (var admin = Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                "127.0.0.1:" + port,
                AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG,
                200))) {
            process.await(() -> isRegistered(admin, port), START);
        }
    }

    private static boolean isRegistered(Admin admin, int port) {
        try {
            return admin.describeCluster().nodes().get(2, TimeUnit.SECONDS).stream()
                    .anyMatch(node -> node.port() == port);
        } catch (ExecutionException | TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
