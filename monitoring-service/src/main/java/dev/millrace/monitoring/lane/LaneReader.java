package dev.millrace.monitoring.lane;

import static java.util.Objects.requireNonNull;

import dev.millrace.contract.Headers;
import dev.millrace.contract.Origin;
import dev.millrace.contract.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Reads from Kafka how far each lane's results are behind its uploads. It asks the topics themselves, not the groups'
 * commits: a stage may commit past what it dropped, so all lags can be 0 while a lane stands. Not thread-safe.
 */
final class LaneReader implements AutoCloseable {
    private static final long FIRST_STEP_BACK = 16;
    /** The year 2200: what a header says beyond it would make sums overflow. */
    private static final long LATEST_MILLIS = 7_258_118_400_000L;

    private final Admin admin;
    private final Consumer<byte[], byte[]> consumer;
    private final Duration timeout;
    private final Map<TopicPartition, Tail> tails = new HashMap<>();
    private final Map<TopicPartition, Oldest> oldest = new HashMap<>();

    /** The last result of a lane, as of an end offset of its partition. */
    private record Tail(long end, @Nullable Origin origin) {}

    /** The first upload at or after an offset; none if only transaction markers follow. */
    private record Oldest(long from, long offset, Instant acceptedAt) {}

    /** @param consumer reads committed records only, belongs to no group, and throws where an offset does not exist */
    LaneReader(Admin admin, Consumer<byte[], byte[]> consumer, Duration timeout) {
        this.admin = admin;
        this.consumer = consumer;
        this.timeout = timeout;
    }

    /**
     * Looks at every lane.
     *
     * @throws TimeoutException if Kafka does not answer in time
     * @throws ExecutionException if Kafka answers with an error
     */
    List<LaneReading> read() throws ExecutionException, InterruptedException, TimeoutException {
        TopicDescription topic = admin.describeTopics(List.of(Topics.UPLOADS))
                .topicNameValues()
                .values()
                .iterator()
                .next()
                .get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        int lanes = topic.partitions().size();
        String incarnation = topic.topicId().toString();
        var uploads = partitions(Topics.UPLOADS, lanes);
        // Results before uploads: a result that comes in between must not make a lane look ahead of its uploads.
        readTails(partitions(Topics.RESULTS, lanes));
        var ends = consumer.endOffsets(uploads, timeout);
        var begins = consumer.beginningOffsets(uploads, timeout);
        readOldest(uploads, begins, ends, incarnation);

        var readings = new ArrayList<LaneReading>();
        for (var partition : uploads) {
            long end = at(ends, partition);
            Origin number = number(partition.partition());
            boolean foreign = number != null && !number.incarnation().equals(incarnation);
            var first = oldest.get(partition);
            readings.add(new LaneReading(
                    partition.partition(),
                    end,
                    number == null ? null : number.offset(),
                    foreign,
                    first == null ? 0 : end - first.offset(),
                    first == null ? null : first.acceptedAt()));
        }
        return readings;
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(timeout));
        admin.close(timeout);
    }

    private @Nullable Origin number(int lane) {
        var tail = tails.get(new TopicPartition(Topics.RESULTS, lane));
        return tail == null ? null : tail.origin();
    }

    /** Finds the last result of each lane that has new ones, stepping back over what is no committed result. */
    private void readTails(List<TopicPartition> results) throws TimeoutException {
        var ends = consumer.endOffsets(results, timeout);
        var begins = consumer.beginningOffsets(results, timeout);
        var pending = new ArrayList<>(results);
        pending.removeIf(partition -> {
            var known = tails.get(partition);
            return known != null && known.end() == at(ends, partition);
        });
        for (long back = FIRST_STEP_BACK; !pending.isEmpty(); back *= 8) {
            var from = new HashMap<TopicPartition, Long>();
            for (var partition : pending) {
                from.put(partition, Math.max(at(begins, partition), at(ends, partition) - back));
            }
            var last = new HashMap<TopicPartition, Origin>();
            scan(from, ends, result -> {
                var origin = origin(result);
                if (origin != null) {
                    last.put(partitionOf(result), origin);
                }
                return false;
            });
            pending.removeIf(partition -> {
                var origin = last.get(partition);
                if (origin == null && at(from, partition) > at(begins, partition)) {
                    return false;
                }
                tails.put(partition, new Tail(at(ends, partition), origin));
                return true;
            });
        }
    }

    private void readOldest(
            List<TopicPartition> uploads,
            Map<TopicPartition, Long> begins,
            Map<TopicPartition, Long> ends,
            String incarnation)
            throws TimeoutException {
        var from = new HashMap<TopicPartition, Long>();
        for (var partition : uploads) {
            var number = number(partition.partition());
            // A number of another incarnation says nothing of this one's offsets.
            long next = number == null || !number.incarnation().equals(incarnation) ? 0 : number.offset() + 1;
            long start = Math.max(at(begins, partition), next);
            var known = oldest.get(partition);
            if (start >= at(ends, partition)) {
                oldest.remove(partition);
            } else if (known == null || known.from() != start) {
                from.put(partition, start);
            }
        }
        from.keySet().forEach(oldest::remove);
        scan(from, ends, upload -> {
            var partition = partitionOf(upload);
            oldest.putIfAbsent(partition, new Oldest(at(from, partition), upload.offset(), acceptedAt(upload)));
            return true;
        });
    }

    /** Reads each partition between two offsets, or until {@code enough} says of one of its records that it is. */
    private void scan(
            Map<TopicPartition, Long> from,
            Map<TopicPartition, Long> to,
            Predicate<ConsumerRecord<byte[], byte[]>> enough)
            throws TimeoutException {
        var open = new HashSet<>(from.keySet());
        consumer.assign(open);
        from.forEach(consumer::seek);
        long deadline = System.nanoTime() + timeout.toNanos();
        open.removeIf(partition -> at(from, partition) >= at(to, partition));
        while (!open.isEmpty()) {
            if (System.nanoTime() > deadline) {
                throw new TimeoutException("no answer on %s within %s".formatted(open, timeout));
            }
            for (var next : consumer.poll(Duration.ofMillis(100))) {
                if (enough.test(next)) {
                    open.remove(partitionOf(next));
                }
            }
            open.removeIf(partition -> consumer.position(partition, timeout) >= at(to, partition));
        }
    }

    private static long at(Map<TopicPartition, Long> offsets, TopicPartition partition) {
        return requireNonNull(offsets.get(partition), partition.toString());
    }

    private static TopicPartition partitionOf(ConsumerRecord<?, ?> source) {
        return new TopicPartition(source.topic(), source.partition());
    }

    private static List<TopicPartition> partitions(String topic, int lanes) {
        var partitions = new ArrayList<TopicPartition>();
        for (int lane = 0; lane < lanes; lane++) {
            partitions.add(new TopicPartition(topic, lane));
        }
        return partitions;
    }

    private static @Nullable Origin origin(ConsumerRecord<?, ?> result) {
        String text = Headers.text(result.headers(), Headers.ORIGIN);
        try {
            return text == null ? null : Origin.parse(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static Instant acceptedAt(ConsumerRecord<?, ?> upload) {
        String text = Headers.text(upload.headers(), Headers.ACCEPTED_AT);
        try {
            long millis = text == null ? upload.timestamp() : Long.parseLong(text);
            return Instant.ofEpochMilli(Math.clamp(millis, 0, LATEST_MILLIS));
        } catch (NumberFormatException e) {
            return Instant.ofEpochMilli(Math.clamp(upload.timestamp(), 0, LATEST_MILLIS));
        }
    }
}
