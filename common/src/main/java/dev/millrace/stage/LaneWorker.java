package dev.millrace.stage;

import java.util.Collection;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** The work of one consumer on its lanes. Confined to the consumer's thread, which makes all calls but the last two. */
interface LaneWorker {
    void assigned(Consumer<?, ?> consumer, Collection<TopicPartition> partitions);

    /** The lanes go to another member, which waits until this returns. */
    void revoked(Consumer<?, ?> consumer, Collection<TopicPartition> partitions);

    /** The lanes went to another member some time ago. */
    void lost(Collection<TopicPartition> partitions);

    /**
     * Carries the records of one poll as far as it can, commits, and leaves each lane's position behind the last record
     * that is done. Throws nothing: what cannot be done now is sought back to and comes again.
     */
    void process(Consumer<?, ?> consumer, List<ConsumerRecord<byte[], byte[]>> records);

    /** The consumer will stop: waits are cut short. Called by another thread. */
    void stop();

    /** The consumer has stopped. Called by another thread. */
    void close();
}
