package dev.millrace.stage;

import static java.util.Objects.requireNonNull;

import dev.millrace.contract.TopicCatalog;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.listener.BatchAcknowledgingConsumerAwareMessageListener;
import org.springframework.kafka.listener.CommonErrorHandler;
import org.springframework.kafka.listener.ConsumerAwareRebalanceListener;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.KafkaMessageListenerContainer;
import org.springframework.kafka.listener.MessageListenerContainer;
import org.springframework.kafka.support.Acknowledgment;

/**
 * Runs the consumers of a stage: one spring-kafka container and one {@link LaneWorker} each. The container polls and
 * rebalances; it commits nothing (manual acknowledgement, never given), since only the worker knows what is done.
 */
final class StageLifecycle implements SmartLifecycle {
    private static final Logger LOGGER = LoggerFactory.getLogger(StageLifecycle.class);

    private final String name;
    private final String group;
    private final String inputTopic;
    private final KafkaClients clients;
    private final StageProperties properties;
    private final TopicInspector topics;
    private final StageMeters meters;
    private final InstantSource clock;
    private final IntFunction<LaneWorker> workers;
    private volatile CountDownLatch stopping = new CountDownLatch(1);
    private volatile List<KafkaMessageListenerContainer<byte[], byte[]>> containers = List.of();
    private final List<LaneWorker> started = new CopyOnWriteArrayList<>();
    private volatile boolean running;
    private volatile @Nullable String waitingFor = "start";

    /** @param workers the worker of the consumer of this number, from 0 */
    StageLifecycle(
            String name,
            String group,
            String inputTopic,
            KafkaClients clients,
            StageProperties properties,
            TopicInspector topics,
            StageMeters meters,
            InstantSource clock,
            IntFunction<LaneWorker> workers) {
        this.name = name;
        this.group = group;
        this.inputTopic = inputTopic;
        this.clients = clients;
        this.properties = properties;
        this.topics = topics;
        this.meters = meters;
        this.clock = clock;
        this.workers = workers;
    }

    String name() {
        return name;
    }

    /** What keeps the stage from working, or null if it works. */
    @Nullable
    String waitingFor() {
        if (waitingFor == null && containers.stream().anyMatch(container -> !container.isRunning())) {
            return "a consumer has stopped; see the log";
        }
        return waitingFor;
    }

    Map<Integer, String> stalledLanes() {
        return meters.stalledLanes();
    }

    @Override
    public void start() {
        running = true;
        waitingFor = "topics";
        var stop = new CountDownLatch(1);
        stopping = stop;
        Thread.ofPlatform().name(name + "-start").start(() -> startWhenTopicsAreThere(stop));
    }

    /** A broker that is down, or topics that are not there yet, are waited for: the process stays up and says so. */
    private void startWhenTopicsAreThere(CountDownLatch stop) {
        try {
            do {
                try {
                    topics.verify(TopicCatalog.load());
                    startContainers(stop);
                    return;
                } catch (IllegalStateException | TransientFailureException e) {
                    waitingFor = e.getMessage();
                    LOGGER.warn("{} waits: {}", name, e.getMessage());
                } catch (RuntimeException e) {
                    waitingFor = e.toString();
                    LOGGER.error("{} could not start its consumers, trying again", name, e);
                }
            } while (!stop.await(2, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void startContainers(CountDownLatch stop) {
        if (stop.getCount() == 0) {
            return;
        }
        containers = IntStream.range(0, properties.concurrency())
                .mapToObj(this::container)
                .toList();
        try {
            containers.forEach(KafkaMessageListenerContainer::start);
        } catch (RuntimeException e) {
            stopContainers();
            throw e;
        }
        waitingFor = null;
    }

    private KafkaMessageListenerContainer<byte[], byte[]> container(int member) {
        var worker = workers.apply(member);
        started.add(worker);
        var settings = new ContainerProperties(inputTopic);
        settings.setAckMode(ContainerProperties.AckMode.MANUAL);
        settings.setAssignmentCommitOption(ContainerProperties.AssignmentCommitOption.NEVER);
        var limit =
                new PollLimit(properties.maxBatch(), properties.maxPollSize().toBytes(), clock);
        settings.setMessageListener(new Listener(worker, limit));
        settings.setConsumerRebalanceListener(new Rebalances(worker));
        settings.setPollTimeout(1000);
        settings.setShutdownTimeout(15_000);
        settings.setAuthExceptionRetryInterval(Duration.ofSeconds(10));
        var container = new KafkaMessageListenerContainer<>(
                new DefaultKafkaConsumerFactory<>(clients.consumer(group, member), new ByteArrayDeserializer(), limit),
                settings);
        container.setBeanName(name + "-" + member);
        container.setCommonErrorHandler(new PollFailures(meters, limit));
        return container;
    }

    @Override
    public synchronized void stop() {
        stopping.countDown();
        stopContainers();
        waitingFor = "start";
        running = false;
    }

    private void stopContainers() {
        started.forEach(LaneWorker::stop);
        var stopped = new CountDownLatch(containers.size());
        containers.forEach(container -> container.stop(stopped::countDown));
        try {
            if (stopped.await(16, TimeUnit.SECONDS)) {
                started.forEach(LaneWorker::close);
            } else {
                LOGGER.warn("{} did not finish its batch in time; it comes again elsewhere", name);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        started.clear();
        containers = List.of();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    private record Listener(LaneWorker worker, PollLimit limit)
            implements BatchAcknowledgingConsumerAwareMessageListener<byte[], byte[]> {
        @Override
        public void onMessage(
                List<ConsumerRecord<byte[], byte[]>> records,
                @Nullable Acknowledgment neverGiven,
                @Nullable Consumer<?, ?> consumer) {
            limit.renew();
            worker.process(requireNonNull(consumer, "consumer"), records);
        }
    }

    private record Rebalances(LaneWorker worker) implements ConsumerAwareRebalanceListener {
        @Override
        public void onPartitionsAssigned(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
            worker.assigned(consumer, partitions);
        }

        @Override
        public void onPartitionsRevokedBeforeCommit(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
            worker.revoked(consumer, partitions);
        }

        @Override
        public void onPartitionsLost(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
            worker.lost(partitions);
        }
    }

    /** What a poll itself throws. */
    private record PollFailures(StageMeters meters, PollLimit limit) implements CommonErrorHandler {
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
                Positions.seekBack(
                        consumer, partition, records.records(partition).getFirst());
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
                                requireNonNull(
                                        range.offsetOutOfRangePartitions().get(partition)));
                    }
                }
                return;
            }
            LOGGER.warn("poll failed, trying again", thrown);
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }
}
