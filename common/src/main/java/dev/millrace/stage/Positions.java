package dev.millrace.stage;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What both kinds of stage do with a consumer's positions. */
final class Positions {
    private static final Logger LOGGER = LoggerFactory.getLogger(Positions.class);

    private Positions() {}

    static Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> byPartition(
            List<ConsumerRecord<byte[], byte[]>> records) {
        var byPartition = new LinkedHashMap<TopicPartition, List<ConsumerRecord<byte[], byte[]>>>();
        for (var record : records) {
            byPartition
                    .computeIfAbsent(new TopicPartition(record.topic(), record.partition()), key -> new ArrayList<>())
                    .add(record);
        }
        return byPartition;
    }

    /**
     * There is no automatic reset ({@code auto.offset.reset=none}), so a lane without a commit is put at its beginning.
     * Called as lanes are assigned, and tried until it is done: a lane without a position would end the container.
     */
    static void startWhereNothingIsCommitted(
            Consumer<?, ?> consumer, Collection<TopicPartition> partitions, Backoff backoff) {
        while (true) {
            try {
                startWhereNothingIsCommitted(consumer, partitions);
                return;
            } catch (WakeupException | InterruptException e) {
                throw e;
            } catch (KafkaException e) {
                LOGGER.warn("{}: the broker did not say what is committed, trying again", partitions, e);
                if (!backoff.await()) {
                    throw e;
                }
            }
        }
    }

    private static void startWhereNothingIsCommitted(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        var committed = consumer.committed(new HashSet<>(partitions));
        var without = partitions.stream()
                .filter(partition -> committed.get(partition) == null)
                .toList();
        if (!without.isEmpty()) {
            consumer.beginningOffsets(without).forEach(consumer::seek);
        }
    }

    /**
     * Puts the lane back before a polled record. Its leader epoch goes along, without which the broker would not be asked
     * whether the log was cut below it meanwhile.
     */
    static void seekBack(Consumer<?, ?> consumer, TopicPartition partition, ConsumerRecord<?, ?> first) {
        consumer.seek(partition, new OffsetAndMetadata(first.offset(), first.leaderEpoch(), ""));
    }

    static long beginning(Consumer<?, ?> consumer, TopicPartition partition) {
        Long beginning = consumer.beginningOffsets(Set.of(partition)).get(partition);
        if (beginning == null) {
            throw new TransientFailureException(partition + ": the broker did not say where the log begins");
        }
        return beginning;
    }

    /** Pauses the lane until its next assignment and raises the alarm. */
    static void stall(Consumer<?, ?> consumer, TopicPartition partition, StalledException why, StageMeters meters) {
        consumer.pause(Set.of(partition));
        meters.stalled(partition.partition(), why.stall(), String.valueOf(why.getMessage()));
        LOGGER.atError()
                .addKeyValue("lane", partition.partition())
                .addKeyValue("reason", why.stall())
                .log("lane stalled, an operator must decide: {}", why.getMessage());
    }
}
