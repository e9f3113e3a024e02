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
import java.util.function.IntFunction;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.event.ConsumerStoppedEvent;
import org.springframework.kafka.listener.BatchAcknowledgingConsumerAwareMessageListener;
import org.springframework.kafka.listener.ConsumerAwareRebalanceListener;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.KafkaMessageListenerContainer;
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
    private final List<Member> members = new CopyOnWriteArrayList<>();
    private volatile boolean running;
    private volatile @Nullable String waitingFor = "start";

    /** A consumer of the stage. */
    private record Member(int number, KafkaMessageListenerContainer<byte[], byte[]> container, LaneWorker worker) {}

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
        if (waitingFor == null
                && members.stream().anyMatch(member -> !member.container().isRunning())) {
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
                    startMembers(stop);
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

    private synchronized void startMembers(CountDownLatch stop) {
        if (stop.getCount() == 0) {
            return;
        }
        for (int number = 0; number < properties.concurrency(); number++) {
            members.add(member(number, clients.consumer(group, number), stop));
        }
        try {
            members.forEach(member -> member.container().start());
        } catch (RuntimeException e) {
            stopMembers();
            throw e;
        }
        waitingFor = null;
    }

    private Member member(int number, Map<String, Object> consumer, CountDownLatch stop) {
        var worker = workers.apply(number);
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
                new DefaultKafkaConsumerFactory<>(consumer, new ByteArrayDeserializer(), limit), settings);
        container.setBeanName(name + "-" + number);
        container.setCommonErrorHandler(new PollFailures(meters, limit));
        var member = new Member(number, container, worker);
        container.setApplicationEventPublisher(event -> {
            if (event instanceof ConsumerStoppedEvent stopped
                    && stopped.getReason() != ConsumerStoppedEvent.Reason.NORMAL) {
                Thread.ofPlatform().name(name + "-rejoin").start(() -> replace(member, stop));
            }
        });
        return member;
    }

    /**
     * Puts another consumer in the place of one that stopped by itself. A group fences a member that has a name when
     * another comes under the same: a second process by mistake, or this one, whose question to join was answered by a
     * coordinator that it no longer listened to. The new consumer has no name, so that two processes of one name do not
     * fence each other's consumers for ever; it takes its lanes when the session of that name is over. Their transactions
     * they still fence, which harms no result.
     */
    private void replace(Member stopped, CountDownLatch stop) {
        LOGGER.error("a consumer of {} has stopped; another takes its place", name);
        try {
            while (!stop.await(2, TimeUnit.SECONDS)) {
                try {
                    replaceNow(stopped, stop);
                    return;
                } catch (RuntimeException e) {
                    LOGGER.error("{} could not start a consumer, trying again", name, e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Until the next one has started, the one that stopped keeps its place, and so the stage is not ready. */
    private synchronized void replaceNow(Member stopped, CountDownLatch stop) {
        if (stop.getCount() == 0 || !members.contains(stopped)) {
            return;
        }
        stopped.worker().stop();
        stopped.worker().close();
        var settings = clients.consumer(group, stopped.number());
        settings.remove(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
        var next = member(stopped.number(), settings, stop);
        try {
            next.container().start();
        } catch (RuntimeException e) {
            next.worker().close();
            throw e;
        }
        members.add(next);
        members.remove(stopped);
    }

    @Override
    public synchronized void stop() {
        stopping.countDown();
        stopMembers();
        waitingFor = "start";
        running = false;
    }

    private void stopMembers() {
        members.forEach(member -> member.worker().stop());
        var stopped = new CountDownLatch(members.size());
        members.forEach(member -> member.container().stop(stopped::countDown));
        try {
            if (stopped.await(16, TimeUnit.SECONDS)) {
                members.forEach(member -> member.worker().close());
            } else {
                LOGGER.warn("{} did not finish its batch in time; it comes again elsewhere", name);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        members.clear();
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
}
