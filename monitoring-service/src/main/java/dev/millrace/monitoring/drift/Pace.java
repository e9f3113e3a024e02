package dev.millrace.monitoring.drift;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Up to which time the partitions of a consumer have been read. It keeps them together, so that a backlog opens few windows at
 * once. Not thread-safe.
 */
final class Pace {
    /** A record is in the log so long after its timestamp at the latest. */
    static final Duration GRACE = Duration.ofSeconds(5);

    private final Consumer<?, ?> consumer;
    private final Duration lead;
    private final Map<TopicPartition, Instant> read = new HashMap<>();

    /** @param lead that a partition may have over the slowest, in its records' time */
    Pace(Consumer<?, ?> consumer, Duration lead) {
        this.consumer = consumer;
        this.lead = lead;
    }

    /** Takes in that a record was read {@code now}. */
    void read(ConsumerRecord<?, ?> found, Instant now) {
        var at = Instant.ofEpochMilli(found.timestamp());
        // A time that has not come yet says nothing of what has been read.
        if (!at.isAfter(now.plus(GRACE))) {
            read.merge(new TopicPartition(found.topic(), found.partition()), at, (a, b) -> a.isAfter(b) ? a : b);
        }
    }

    /** Forgets partitions that the consumer has no more. */
    void forget(Collection<TopicPartition> partitions) {
        partitions.forEach(read::remove);
    }

    /** The latest record that was read of a partition; the epoch if there was none. */
    Instant of(TopicPartition partition) {
        return read.getOrDefault(partition, Instant.EPOCH);
    }

    /** Pauses the partitions that are ahead of the slowest of those that hold more, and resumes the others. */
    void keep() {
        var slowest = consumer.assignment().stream()
                .filter(partition -> consumer.currentLag(partition).orElse(1) > 0)
                .map(this::of)
                .min(Comparator.naturalOrder())
                .orElse(Instant.MAX);
        var ahead = consumer.assignment().stream()
                .filter(partition -> of(partition).minus(lead).isAfter(slowest))
                .collect(Collectors.toSet());
        consumer.pause(ahead);
        consumer.resume(consumer.paused().stream()
                .filter(partition -> !ahead.contains(partition))
                .toList());
    }
}
