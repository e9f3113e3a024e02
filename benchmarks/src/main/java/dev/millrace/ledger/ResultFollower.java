package dev.millrace.ledger;

import dev.millrace.ledger.audit.ResultRecord;
import dev.millrace.ledger.load.RunClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.ObjLongConsumer;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Reads results while the run goes on, as consumers do: committed records only. */
final class ResultFollower implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);

    private final Consumer<byte[], byte[]> consumer;
    private final RunClock clock;
    private final ObjLongConsumer<UUID> arrived;
    private final Thread thread = Thread.ofPlatform().name("results").unstarted(this::follow);
    private final List<ResultRecord> seen = new ArrayList<>();
    private final Map<UUID, Long> arrivals = new HashMap<>();
    private volatile boolean closing;
    private volatile @Nullable RuntimeException failure;

    /** @param arrived told of the first result of each upload, and when it came */
    ResultFollower(TopicReader topics, Map<TopicPartition, Long> begin, RunClock clock, ObjLongConsumer<UUID> arrived) {
        this.consumer = topics.consumer(IsolationLevel.READ_COMMITTED);
        this.clock = clock;
        this.arrived = arrived;
        consumer.assign(begin.keySet());
        begin.forEach(consumer::seek);
        thread.start();
    }

    private void follow() {
        try (consumer) {
            while (!closing) {
                for (var record : consumer.poll(POLL)) {
                    add(TopicReader.result(record));
                }
            }
        } catch (RuntimeException e) {
            failure = e;
        }
    }

    private void add(ResultRecord record) {
        UUID id = record.result().id();
        long now = clock.now();
        boolean first;
        synchronized (this) {
            seen.add(record);
            first = arrivals.putIfAbsent(id, now) == null;
        }
        if (first) {
            arrived.accept(id, now);
        }
    }

    /** What has come, in that order. @throws IllegalStateException if reading has failed */
    synchronized List<ResultRecord> seen() {
        if (failure != null) {
            throw new IllegalStateException("the results could not be followed", failure);
        }
        return List.copyOf(seen);
    }

    /** When the first result of each upload came, nanoseconds since the begin. */
    synchronized Map<UUID, Long> arrivals() {
        return Map.copyOf(arrivals);
    }

    /** When the last of them came, 0 if none did. */
    synchronized long lastArrival() {
        return arrivals.values().stream().mapToLong(Long::longValue).max().orElse(0);
    }

    @Override
    public void close() {
        closing = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
