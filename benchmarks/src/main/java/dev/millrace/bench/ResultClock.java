package dev.millrace.bench;

import dev.millrace.contract.Headers;
import dev.millrace.contract.Hop;
import dev.millrace.contract.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** Notes when each result comes, as a consumer sees it: committed records only. Thread-safe. */
final class ResultClock implements AutoCloseable {
    private final Map<UUID, Long> arrivals = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<List<Hop>> hops = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Consumer<UUID> arrived;
    private volatile boolean closing;
    private volatile @Nullable RuntimeException failure;

    /** @param arrived told of each result */
    ResultClock(String bootstrapServers, Consumer<UUID> arrived) {
        this.arrived = arrived;
        consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrapServers,
                        "isolation.level",
                        "read_committed",
                        "auto.offset.reset",
                        "latest",
                        "enable.auto.commit",
                        false,
                        "allow.auto.create.topics",
                        false),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        var lanes = consumer.partitionsFor(Topics.RESULTS).stream()
                .map(lane -> new TopicPartition(lane.topic(), lane.partition()))
                .toList();
        consumer.assign(lanes);
        consumer.seekToEnd(lanes);
        lanes.forEach(consumer::position);
        thread = Thread.ofPlatform().daemon().name("results").start(this::follow);
    }

    private void follow() {
        try (consumer) {
            while (!closing) {
                for (var record : consumer.poll(Duration.ofMillis(100))) {
                    String id = Headers.text(record.headers(), Headers.UPLOAD_ID);
                    if (id != null && arrivals.putIfAbsent(UUID.fromString(id), System.nanoTime()) == null) {
                        hops.add(Hop.parse(Headers.text(record.headers(), Headers.HOPS)));
                        arrived.accept(UUID.fromString(id));
                    }
                }
            }
        } catch (RuntimeException e) {
            failure = e;
        }
    }

    /** When a result came, as {@link System#nanoTime}; null if it has not. */
    @Nullable
    Long arrival(UUID id) {
        if (failure != null) {
            throw new IllegalStateException("the results could not be followed", failure);
        }
        return arrivals.get(id);
    }

    int count() {
        return arrivals.size();
    }

    /** The hops of each result up to postprocessor's, whose own is not among them. */
    List<List<Hop>> hops() {
        return List.copyOf(hops);
    }

    @Override
    public void close() throws InterruptedException {
        closing = true;
        thread.join();
    }
}
