package dev.millrace.monitoring.drift;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contract.Topics;
import dev.millrace.monitoring.flow.UndecodableRecordException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
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
import org.apache.kafka.common.errors.RecordTooLargeException;
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
    /** Windows of a lane that wait to be published, beside those that have to be open. */
    private static final int SPARE = 8;

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Consumer<byte[], byte @Nullable []> consumer;
    private final Producer<byte[], byte[]> producer;
    private final RowDecoder decoder;
    private final Profiles profiles;
    private final DriftProperties properties;
    private final RowMeters meters;
    private final InstantSource clock;
    private final Map<Integer, LaneWindows> lanes = new HashMap<>();
    /** Lanes of which nobody counted anything yet, or nobody knows it any more. */
    private final Set<Integer> beginning = new HashSet<>();

    private final Pace pace;
    private final long most;
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
        this.pace = new Pace(consumer, properties.window());
        this.most = properties.lateness().dividedBy(properties.window()) + 3 + SPARE;
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
        var found = consumer.poll(Duration.ofMillis(200));
        var now = clock.instant();
        for (ConsumerRecord<byte[], byte @Nullable []> one : found) {
            pace.read(one, now);
            count(one);
        }
        pace.keep();
        boolean many = lanes.values().stream().anyMatch(lane -> lane.open() > most);
        if (many || lookedAt.isAfter(now) || !lookedAt.isAfter(now.minusSeconds(1))) {
            lookedAt = now;
            publish(now);
        }
    }

    /** Windows that are open and hold rows, of all lanes. */
    int open() {
        return lanes.values().stream().mapToInt(LaneWindows::open).sum();
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
                        .closable(now.minus(Pace.GRACE))
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
                            : pace.of(partition))
                    .min(Instant::compareTo)
                    .orElse(Instant.EPOCH);
            publish(lane, progress);
        }
    }

    private void publish(int lane, Instant progress) throws ExecutionException, InterruptedException, TimeoutException {
        var windows = lanes.get(lane);
        if (windows == null || progress.isBefore(Instant.EPOCH.plus(Pace.GRACE))) {
            return;
        }
        var until = windows.closable(progress.minus(Pace.GRACE));
        if (!until.isAfter(windows.closedUntil())) {
            return;
        }
        int count = consumer.partitionsFor(Topics.FEATURES, PATIENCE).size();
        var messages = new ArrayList<WindowMessage>();
        if (beginning.remove(lane)) {
            messages.add(new WindowMessage.Mark(lane, count, windows.closedUntil(), windows.closedUntil()));
        }
        for (var partial : windows.partials(until)) {
            messages.add(new WindowMessage.Partial(
                    partial.model(),
                    partial.start(),
                    properties.window(),
                    lane,
                    partial.counts().toBytes()));
        }
        messages.add(new WindowMessage.Mark(lane, count, windows.closedUntil(), until));
        write(messages);
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

    private void write(List<WindowMessage> messages) throws ExecutionException, InterruptedException, TimeoutException {
        var sent = new LinkedHashMap<WindowMessage, Future<?>>();
        for (var message : messages) {
            sent.put(message, producer.send(new ProducerRecord<>(Topics.PROFILES, 0, message.key(), message.value())));
        }
        for (var one : sent.entrySet()) {
            try {
                one.getValue().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof RecordTooLargeException)) {
                    throw e;
                }
                // It would be as large the next time.
                LOGGER.atError()
                        .addKeyValue("window", new String(one.getKey().key(), UTF_8))
                        .addKeyValue("reason", e.getMessage())
                        .log("window of a lane left out");
            }
        }
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
                beginning.remove(partition.partition());
            });
            pace.forget(partitions);
            had = Set.copyOf(lanes.keySet());
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            var since = clock.instant().minus(properties.window()).minus(properties.lateness());
            var committed = consumer.committed(Set.copyOf(partitions), PATIENCE);
            var starts = new HashMap<Integer, Instant>();
            var fresh = new ArrayList<TopicPartition>();
            for (var partition : partitions) {
                var closedUntil = closedUntil(committed.get(partition));
                if (closedUntil == null) {
                    fresh.add(partition);
                    beginning.add(partition.partition());
                    closedUntil =
                            LaneWindows.startOf(since, properties.window()).plus(properties.window());
                }
                // Both topics of a lane are committed together; should they differ, the later is what was published.
                starts.merge(partition.partition(), closedUntil, (a, b) -> a.isAfter(b) ? a : b);
            }
            seek(fresh, since);
            starts.forEach((lane, closedUntil) -> lanes.computeIfAbsent(
                    lane, _ -> new LaneWindows(properties.window(), properties.lateness(), closedUntil)));
            had = Set.copyOf(lanes.keySet());
        }

        /** Not to the beginning: whoever comes new says nothing of days that are over. */
        private void seek(List<TopicPartition> partitions, Instant since) {
            if (partitions.isEmpty()) {
                return;
            }
            var ends = consumer.endOffsets(partitions, PATIENCE);
            consumer.offsetsForTimes(
                            partitions.stream()
                                    .collect(Collectors.toMap(partition -> partition, _ -> since.toEpochMilli())),
                            PATIENCE)
                    .forEach((partition, found) -> consumer.seek(
                            partition, found == null ? ends.getOrDefault(partition, 0L) : found.offset()));
        }

        private static @Nullable Instant closedUntil(@Nullable OffsetAndMetadata committed) {
            try {
                return committed == null ? null : Instant.ofEpochMilli(Long.parseLong(committed.metadata()));
            } catch (NumberFormatException e) {
                // Committed by something else.
                return null;
            }
        }
    }
}
