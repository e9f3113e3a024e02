package dev.millrace.stage;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.listener.CommonErrorHandler;
import org.springframework.kafka.listener.MessageListenerContainer;

/** What a poll itself throws. */
record PollFailures(StageMeters meters, PollLimit limit) implements CommonErrorHandler {
    private static final Logger LOGGER = LoggerFactory.getLogger(PollFailures.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    @Override
    public boolean isAckAfterHandle() {
        return false;
    }

    /** A worker throws nothing. Should it, the container must not go on behind records that nobody has worked on. */
    @Override
    public void handleBatch(
            Exception thrown,
            ConsumerRecords<?, ?> records,
            Consumer<?, ?> consumer,
            MessageListenerContainer container,
            Runnable invokeListener) {
        LOGGER.error("the worker failed, its records come again", thrown);
        for (TopicPartition partition : records.partitions()) {
            Positions.seekBack(consumer, partition, records.records(partition).getFirst());
        }
        LockSupport.parkNanos(PAUSE.toNanos());
    }

    @Override
    public void handleOtherException(
            Exception thrown, Consumer<?, ?> consumer, MessageListenerContainer container, boolean batchListener) {
        limit.renew();
        Throwable cause = thrown instanceof InvalidOffsetException ? thrown : thrown.getCause();
        if (cause instanceof InvalidOffsetException invalid) {
            for (TopicPartition partition : invalid.partitions()) {
                Positions.stall(
                        consumer,
                        partition,
                        new StalledException(Stall.OUT_OF_RANGE, String.valueOf(invalid.getMessage())),
                        meters);
                // Without its epoch, so that the position is not checked, and refused, in each poll.
                if (invalid instanceof OffsetOutOfRangeException range) {
                    consumer.seek(
                            partition,
                            requireNonNull(range.offsetOutOfRangePartitions().get(partition)));
                }
            }
            return;
        }
        LOGGER.warn("poll failed, trying again", thrown);
        LockSupport.parkNanos(PAUSE.toNanos());
    }
}
