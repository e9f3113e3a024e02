package dev.millrace.monitoring.drift;

import dev.millrace.contract.Topics;
import dev.millrace.monitoring.flow.UndecodableRecordException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the windows of the lanes that this replica has, and publishes each once it is whole. The log is its store: what is
 * committed is the first record of the windows that are still open, so whoever gets a lane next counts them anew, and to the
 * same bytes. Not thread-safe, but for {@link #has}.
 */
final class WindowCounter implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(WindowCounter.class);
    private static final List<String> TOPICS = List.of(Topics.FEATURES, Topics.PREDICTIONS);
    /** A record is in the log so long after its timestamp at the latest. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Consumer<byte[], byte @Nullable []> consumer;
    private final Producer<byte[], byte[]> producer;
    private final RowDecoder decoder;
    private final Profiles profiles;
    private final DriftProperties properties;
    private final RowMeters meters;
    private final InstantSource clock;
    private final Map<Integer, LaneWindows> lanes = new HashMap<>();
    private final Map<TopicPartition, Instant> written = new HashMap<>();
    private volatile Set<Integer> had = Set.of();
    private Instant lookedAt = Instant.EPOCH;

    /** @param consumer of a group whose assignor gives both topics of a lane to one member */
    WindowCounter(
            Consumer<byte[], byte @Nullable []> consumer,
            Producer<byte[], byte[]> producer,
            RowDecoder decoder,
            Profiles profiles,
            DriftProperties properties,
            RowMeters meters,
            InstantSource clock) {
        this.consumer = consumer;
        this.producer = producer;
        this.decoder = decoder;
        this.profiles = profiles;
        this.properties = properties;
        this.meters = meters;
        this.clock = clock;
        consumer.subscribe(TOPICS, new Rebalance());
    }

    /** Whether this replica has the lane. Safe to call from other threads. */
    boolean has(int lane) {
        return had.contains(lane);
    }

    /**
     * Reads for a moment, and publishes what is whole.
     *
     * @throws ExecutionException if a window cannot be written; close this and make another
     * @throws TimeoutException likewise
     */
    void step() throws ExecutionException, InterruptedException, TimeoutException {
        for (ConsumerRecord<byte[], byte @Nullable []> found : consumer.poll(Duration.ofMillis(200))) {
            written.merge(
                    new TopicPartition(found.topic(), found.partition()),
                    Instant.ofEpochMilli(found.timestamp()),
                    (a, b) -> a.isAfter(b) ? a : b);
            count(found);
        }
        var now = clock.instant();
        if (lookedAt.isAfter(now) || !lookedAt.isAfter(now.minusSeconds(1))) {
            lookedAt = now;
            publish(now);
        }
    }

    private void count(ConsumerRecord<byte[], byte @Nullable []> found) {
        try {
            var row = decoder.decode(found).orElse(null);
            var lane = lanes.get(found.partition());
            if (row == null || lane == null) {
                return;
            }
            var profile = profiles.of(row.model()).orElse(null);
            if (profile == null) {
                meters.unknownModel();
                return;
            }
            meters.count(lane.add(row, found.offset(), profile));
        } catch (UndecodableRecordException | IllegalArgumentException e) {
            meters.undecodable();
            LOGGER.atDebug()
                    .addKeyValue("record", found.topic() + "/" + found.partition() + "/" + found.offset())
                    .addKeyValue("reason", e.getMessage())
                    .log("record not counted");
        }
    }

    private void publish(Instant now) throws ExecutionException, InterruptedException, TimeoutException {
        var due = lanes.entrySet().stream()
                .filter(lane -> lane.getValue()
                        .closable(now.minus(GRACE))
                        .isAfter(lane.getValue().closedUntil()))
                .map(Map.Entry::getKey)
                .toList();
        if (due.isEmpty()) {
            return;
        }
        var ends = consumer.endOffsets(
                due.stream().flatMap(WindowCounter::partitions).toList(), PATIENCE);
        for (int lane : due) {
            var progress = partitions(lane)
                    .map(partition -> consumer.position(partition) >= ends.getOrDefault(partition, Long.MAX_VALUE)
                            ? now
                            : written.getOrDefault(partition, Instant.EPOCH))
                    // A timestamp of the future says nothing of what has been read.
                    .map(time -> time.isAfter(now) ? now : time)
                    .min(Instant::compareTo)
                    .orElse(Instant.EPOCH);
            publish(lane, progress);
        }
    }

    private void publish(int lane, Instant progress) throws ExecutionException, InterruptedException, TimeoutException {
        var windows = lanes.get(lane);
        if (windows == null || progress.isBefore(Instant.EPOCH.plus(GRACE))) {
            return;
        }
        var until = windows.closable(progress.minus(GRACE));
        if (!until.isAfter(windows.closedUntil())) {
            return;
        }
        var messages = new ArrayList<WindowMessage>();
        for (var partial : windows.partials(until)) {
            messages.add(new WindowMessage.Partial(
                    partial.model(), partial.start(), lane, partial.counts().toBytes()));
        }
        int count = consumer.partitionsFor(Topics.FEATURES, PATIENCE).size();
        messages.add(new WindowMessage.Mark(lane, count, windows.closedUntil(), until));
        var sent = new ArrayList<Future<?>>();
        for (var message : messages) {
            sent.add(producer.send(new ProducerRecord<>(Topics.PROFILES, 0, message.key(), message.value())));
        }
        for (var one : sent) {
            one.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
        windows.close(until);
        // Not before the windows are written: a crash in between writes them once more, to the same bytes.
        consumer.commitSync(
                partitions(lane)
                        .collect(Collectors.toMap(
                                partition -> partition,
                                partition -> new OffsetAndMetadata(
                                        windows.firstOffset(partition.topic()).orElse(consumer.position(partition)),
                                        Long.toString(until.toEpochMilli())))),
                PATIENCE);
    }

    private static Stream<TopicPartition> partitions(int lane) {
        return TOPICS.stream().map(topic -> new TopicPartition(topic, lane));
    }

    /** Leaves the group. */
    @Override
    public void close() {
        had = Set.of();
        try {
            consumer.close();
        } finally {
            producer.close(Duration.ZERO);
        }
    }

    private final class Rebalance implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            partitions.forEach(partition -> {
                lanes.remove(partition.partition());
                written.remove(partition);
            });
            had = Set.copyOf(lanes.keySet());
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            var committed = consumer.committed(Set.copyOf(partitions), PATIENCE);
            var starts = new HashMap<Integer, Instant>();
            for (var partition : partitions) {
                var closedUntil = closedUntil(committed.get(partition));
                // Both topics of a lane are committed together; should they differ, the later is what was published.
                starts.merge(partition.partition(), closedUntil, (a, b) -> a.isAfter(b) ? a : b);
            }
            starts.forEach((lane, closedUntil) -> lanes.computeIfAbsent(
                    lane, _ -> new LaneWindows(properties.window(), properties.lateness(), closedUntil)));
            had = Set.copyOf(lanes.keySet());
        }

        private static Instant closedUntil(@Nullable OffsetAndMetadata committed) {
            try {
                return committed == null ? Instant.EPOCH : Instant.ofEpochMilli(Long.parseLong(committed.metadata()));
            } catch (NumberFormatException e) {
                // Committed by something else.
                return Instant.EPOCH;
            }
        }
    }
}
