package dev.millrace.sandbox;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Brokers that hold replicas of each other's partitions: with three of them, one may be away.
 *
 * @param brokers in the order of their ids
 */
public record BrokerCluster(List<BrokerProcess> brokers) {
    public BrokerCluster {
        brokers = List.copyOf(brokers);
    }

    /**
     * Starts the brokers, which end with this JVM, and waits until all of them answer.
     *
     * @param folder data, settings and logs of the first, and a folder for each other one
     * @param ports where clients connect, one for each broker
     * @throws ProcessFailedException if one does not come up
     */
    public static BrokerCluster start(Path folder, List<Integer> ports) {
        if (ports.size() == 1) {
            return new BrokerCluster(List.of(BrokerProcess.start(folder, ports.getFirst())));
        }
        var controllers = Stream.generate(Ports::free)
                .filter(port -> !ports.contains(port))
                .distinct()
                .limit(ports.size())
                .toList();
        // Each waits for a majority of controllers.
        var starting = IntStream.rangeClosed(1, ports.size())
                .mapToObj(node -> CompletableFuture.supplyAsync(
                        () -> BrokerProcess.start(
                                node == 1 ? folder : folder.resolve("node-" + node),
                                ports.get(node - 1),
                                new BrokerProcess.Place(node, controllers)),
                        work -> Thread.ofPlatform()
                                .daemon()
                                .name("kafka-" + node)
                                .start(work)))
                .toList();
        var failure = CompletableFuture.allOf(starting.toArray(CompletableFuture<?>[]::new))
                .handle((done, cause) -> cause)
                .join();
        if (failure == null) {
            return new BrokerCluster(
                    starting.stream().map(CompletableFuture::join).toList());
        }
        starting.stream().filter(start -> !start.isCompletedExceptionally()).forEach(start -> start.join()
                .kill());
        throw failure.getCause() instanceof ProcessFailedException failed
                ? failed
                : new IllegalStateException("the brokers did not start", failure);
    }

    /** {@code 127.0.0.1:<port>} of each, with commas between. */
    public String bootstrapServers() {
        return brokers.stream().map(BrokerProcess::bootstrapServers).collect(Collectors.joining(","));
    }

    /** Starts those again whose processes have ended, and returns them. */
    public List<BrokerProcess> restartEnded() {
        var ended =
                brokers.stream().filter(broker -> !broker.process().isAlive()).toList();
        ended.forEach(BrokerProcess::restart);
        return ended;
    }

    /** Ends all of them in good order, which takes a majority of controllers: the last ones are killed. */
    public void stop() {
        var stopping = brokers.stream()
                .map(broker -> CompletableFuture.runAsync(
                        broker::stop, work -> Thread.ofPlatform().start(work)))
                .toArray(CompletableFuture<?>[]::new);
        CompletableFuture.allOf(stopping).join();
    }
}
