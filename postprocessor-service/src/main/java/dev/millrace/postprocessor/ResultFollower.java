package dev.millrace.postprocessor;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;

/**
 * Follows the results topic, in a group, into the {@link ResultStore}. Nothing ends it but a stop: while Redis is away it
 * tries the same poll again, after any other failure it begins anew with another consumer.
 *
 * <p>Each lane has a mark in Redis. A lane without one has lost its results together with the mark, whatever the group
 * has committed: it is read again from the oldest result that is still of use. The place to read from is committed before
 * the mark is set, so that a crash between the two only does it once more.
 */
final class ResultFollower implements SmartLifecycle {
    private static final Logger LOGGER = LoggerFactory.getLogger(ResultFollower.class);
    /** Short, because this replica becomes ready once the first of them returned, also on a topic where nothing comes. */
    private static final Duration POLL = Duration.ofMillis(200);

    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration STOP = Duration.ofSeconds(10);
    private static final long CHECK_NANOS = Duration.ofSeconds(1).toNanos();

    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final String topic;
    private final ResultStore store;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private volatile boolean following;
    private volatile long behind;
    private volatile @Nullable Consumer<byte[], byte[]> current;
    private @Nullable Thread thread;
    private long checked;

    /** @param consumers makes a consumer of the group, which reads committed records only and commits nothing itself */
    ResultFollower(Supplier<Consumer<byte[], byte[]>> consumers, String topic, ResultStore store) {
        this.consumers = consumers;
        this.topic = topic;
        this.store = store;
    }

    /** Whether the topic is read; false at first, and while Kafka refuses. */
    boolean isFollowing() {
        return following;
    }

    /** Records of this replica's lanes that are published and not yet stored. */
    long behind() {
        return behind;
    }

    @Override
    public synchronized void start() {
        thread = Thread.ofPlatform().name("result-store").daemon().start(this::run);
    }

    @Override
    public synchronized void stop() {
        stopping.countDown();
        var consumer = current;
        if (consumer != null) {
            consumer.wakeup();
        }
        if (thread != null) {
            try {
                thread.join(STOP);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            thread = null;
        }
    }

    @Override
    public synchronized boolean isRunning() {
        return thread != null;
    }

    private void run() {
        while (stopping.getCount() > 0) {
            try (var consumer = consumers.get()) {
                current = consumer;
                follow(consumer);
            } catch (WakeupException e) {
                LOGGER.atDebug().log("result store woken to stop");
            } catch (KafkaException e) {
                LOGGER.atWarn().addKeyValue("cause", e.toString()).log("results cannot be followed; trying again");
            } catch (RuntimeException | Error e) {
                LOGGER.atError().setCause(e).log("result store failed on a defect; starting it again");
            } finally {
                following = false;
                current = null;
            }
            awaitStop(PAUSE);
        }
    }

    private void follow(Consumer<byte[], byte[]> consumer) {
        consumer.subscribe(List.of(topic));
        checked = System.nanoTime() - CHECK_NANOS;
        int failures = 0;
        while (stopping.getCount() > 0) {
            var results = consumer.poll(POLL);
            following = true;
            try {
                take(consumer, results);
                failures = 0;
            } catch (DataAccessException e) {
                LOGGER.atWarn().addKeyValue("cause", e.toString()).log("results cannot be stored; trying again");
                results.partitions()
                        .forEach(lane -> consumer.seek(
                                lane, results.records(lane).getFirst().offset()));
                awaitStop(Duration.ofMillis(Math.min(5_000, 200L << Math.min(failures++, 5))));
            } catch (CommitFailedException | RebalanceInProgressException e) {
                LOGGER.atDebug().setCause(e).log("lanes moved; their results may be stored twice, which is no harm");
            }
            behind = consumer.assignment().stream()
                    .mapToLong(lane -> consumer.currentLag(lane).orElse(0))
                    .sum();
        }
    }

    private void take(Consumer<byte[], byte[]> consumer, ConsumerRecords<byte[], byte[]> results) {
        var lost = isCheckDue() ? lost(consumer.assignment()) : List.<TopicPartition>of();
        store.store(results);
        if (!lost.isEmpty()) {
            rewind(consumer, lost);
        }
        if (!results.isEmpty() || !lost.isEmpty()) {
            consumer.commitSync();
        }
        lost.forEach(lane -> store.markFilled(lane.partition()));
    }

    private boolean isCheckDue() {
        long now = System.nanoTime();
        if (now - checked < CHECK_NANOS) {
            return false;
        }
        checked = now;
        return true;
    }

    private List<TopicPartition> lost(Collection<TopicPartition> lanes) {
        return lanes.stream().filter(lane -> !store.isFilled(lane.partition())).toList();
    }

    private void rewind(Consumer<byte[], byte[]> consumer, List<TopicPartition> lanes) {
        LOGGER.atInfo().addKeyValue("lanes", lanes).log("the store has no results of these lanes; filling it");
        var times = new HashMap<TopicPartition, Long>();
        lanes.forEach(lane -> times.put(lane, store.oldestOfUse().toEpochMilli()));
        consumer.offsetsForTimes(times).forEach((lane, oldest) -> {
            // None: it has no result that is of use, and nothing to go back to.
            if (oldest != null && oldest.offset() < consumer.position(lane)) {
                consumer.seek(lane, oldest.offset());
            }
        });
    }

    private void awaitStop(Duration time) {
        try {
            var _ = stopping.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
