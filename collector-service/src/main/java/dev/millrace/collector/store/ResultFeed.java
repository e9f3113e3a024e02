package dev.millrace.collector.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contract.Headers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Follows {@code results.published.v1} from its end into {@link FreshResults}: every replica all of it, without a group,
 * so that waiting needs no Redis. After a failure it goes on where it was. It stops before the web server does, so that
 * waiting requests are answered in time.
 */
public final class ResultFeed implements SmartLifecycle {
    private static final Logger LOGGER = LoggerFactory.getLogger(ResultFeed.class);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration STOP = Duration.ofSeconds(5);

    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final List<TopicPartition> partitions;
    private final FreshResults results;
    private final Map<TopicPartition, Long> positions = new ConcurrentHashMap<>();
    private final CountDownLatch stopping = new CountDownLatch(1);
    private volatile boolean following;
    private volatile @Nullable Consumer<byte[], byte[]> current;
    private @Nullable Thread thread;

    /** @param consumers makes a consumer without a group that reads committed records only */
    public ResultFeed(
            Supplier<Consumer<byte[], byte[]>> consumers, List<TopicPartition> partitions, FreshResults results) {
        this.consumers = consumers;
        this.partitions = List.copyOf(partitions);
        this.results = results;
    }

    /** Whether results published from now on will be seen. */
    public boolean isFollowing() {
        return following;
    }

    @Override
    public synchronized void start() {
        thread = Thread.ofPlatform().name("result-feed").daemon().start(this::run);
    }

    @Override
    public synchronized void stop() {
        stopping.countDown();
        results.close();
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

    /** Stopped after the notice that the collector gives of its end, see {@code StopNotice}. */
    @Override
    public int getPhase() {
        return DEFAULT_PHASE - 1;
    }

    private void run() {
        while (stopping.getCount() > 0) {
            try (var consumer = consumers.get()) {
                current = consumer;
                follow(consumer);
            } catch (WakeupException e) {
                LOGGER.atDebug().log("result feed woken to stop");
            } catch (KafkaException e) {
                LOGGER.atWarn().addKeyValue("cause", e.toString()).log("results cannot be followed; trying again");
            } catch (RuntimeException e) {
                LOGGER.atError().setCause(e).log("result feed failed on a defect; starting it again");
            } finally {
                following = false;
                current = null;
            }
            awaitStop(PAUSE);
        }
    }

    private void follow(Consumer<byte[], byte[]> consumer) {
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        positions.forEach(consumer::seek);
        // Seeking is lazy: asking for the positions makes it happen now, before anybody counts on it.
        partitions.forEach(partition -> positions.put(partition, consumer.position(partition)));
        following = true;
        while (stopping.getCount() > 0) {
            for (var record : consumer.poll(POLL)) {
                take(record);
                positions.put(new TopicPartition(record.topic(), record.partition()), record.offset() + 1);
            }
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        String id = Headers.text(record.headers(), Headers.UPLOAD_ID);
        String attempt = Headers.text(record.headers(), Headers.ATTEMPT);
        if (id == null || attempt == null || record.value() == null) {
            LOGGER.atWarn().addKeyValue("offset", record.offset()).log("record without upload id on the results topic");
            return;
        }
        try {
            results.published(UUID.fromString(id), Integer.parseInt(attempt), new String(record.value(), UTF_8));
        } catch (IllegalArgumentException e) {
            LOGGER.atWarn().addKeyValue("offset", record.offset()).log("record with another id on the results topic");
        }
    }

    private void awaitStop(Duration time) {
        try {
            var _ = stopping.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
