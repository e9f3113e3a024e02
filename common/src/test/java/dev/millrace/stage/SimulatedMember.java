package dev.millrace.stage;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contract.Origin;
import dev.millrace.contract.OutcomeKind;
import dev.millrace.contract.Topics;
import dev.millrace.stage.StageDefinition.LaneSource;
import java.io.Serial;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * One process of a stage: the stage itself on simulated clients. It has a thread of its own, but runs only while the walk
 * waits for it; inside any call of a client it may hand the turn back, for long, and it may never get it again.
 */
final class SimulatedMember {
    private static final List<StageDefinition<byte[], byte[]>> INNER = List.of(
            inner("feature", Topics.UPLOADS, Topics.FEATURES, LaneSource.OWN_POSITION),
            inner("inference", Topics.FEATURES, Topics.PREDICTIONS, LaneSource.HEADERS));
    private static final PublishingDefinition PUBLISHING = new PublishingDefinition(
            "postprocessor",
            "postprocessor",
            Topics.PREDICTIONS,
            Topics.RESULTS,
            new Bodies(),
            Duration.ofHours(1),
            1000);

    final int stage;
    final String name;
    final String id;
    final StageMeters meters;
    final SimulatedMemory memory;
    /** Newest origin that it has sent, by lane; for a mutation. */
    final Map<Integer, Origin> seen = new HashMap<>();

    private final SimulationWalk walk;
    private final SimulatedConsumer lanes;
    private final Consumer<byte[], byte[]> consumer;
    private final List<SimulatedProducer> producers = new ArrayList<>();
    private final LaneWorker worker;
    private final Thread thread;
    private volatile boolean hasTurn;
    private boolean started;
    private boolean amidStep;
    private boolean dead;
    private boolean asleep;
    private boolean moved;

    /** @param life number of the process, so that no two have one id; {@code name} is kept over restarts */
    SimulatedMember(SimulationWalk walk, int stage, String name, int life, StageMeters meters) {
        this.walk = walk;
        this.stage = stage;
        this.name = name;
        this.id = name + "#" + life;
        this.meters = meters;
        memory = new SimulatedMemory(walk, this);
        lanes = new SimulatedConsumer(walk, this);
        consumer = client(Consumer.class, lanes);
        worker = worker();
        thread = Thread.ofVirtual().unstarted(this::live);
    }

    /** The process is gone, in the midst of whatever it did. */
    private static final class Crash extends Error {
        @Serial
        private static final long serialVersionUID = 1;

        Crash() {
            super(null, null, false, false);
        }
    }

    private static StageDefinition<byte[], byte[]> inner(
            String service, String input, String output, LaneSource source) {
        return new StageDefinition<>(
                service,
                service,
                input,
                output,
                source,
                body -> body,
                body -> body,
                batch -> batch.stream()
                        .<Outcome<byte[]>>map(work -> new Outcome.Value<>(work.value()))
                        .toList(),
                1000,
                () -> null);
    }

    private static final class Bodies implements ResultFactory {
        @Override
        public byte[] succeeded(UploadHeaders headers, byte[] body, Instant receivedAt, Headers published) {
            return body;
        }

        @Override
        public byte[] ended(
                UploadHeaders headers, OutcomeKind kind, byte[] body, Instant receivedAt, Headers published) {
            return kind.name().getBytes(UTF_8);
        }
    }

    private LaneWorker worker() {
        var backoff = new Backoff(Duration.ZERO, Duration.ZERO, new SplittableRandom(0));
        if (stage < INNER.size()) {
            var definition = INNER.get(stage);
            var sender = new OutcomeSender(definition, this::producer, meters, walk::now);
            return new InnerStage<>(definition, sender, () -> TestRecords.INCARNATION, meters, walk::now, backoff);
        }
        var results = new SimulatedResults(walk, this);
        var waits = new int[1];
        var published = new KafkaPublishedLanes(
                Topics.RESULTS, results.admin(), results::reader, Duration.ofMinutes(1), pause -> {
                    walk.event(this, "reads of the number that waited for a transaction");
                    await("a stable end");
                    return ++waits[0] % 5 != 0;
                });
        return new PublishingStage(
                PUBLISHING,
                () -> client(Producer.class, new SimulatedPublisher(walk, this)),
                this::producer,
                (lane, since) ->
                        memory.published(new TopicPartition(Topics.PREDICTIONS, lane), published.read(lane, since)),
                meters,
                walk::now,
                backoff);
    }

    private Producer<byte[], byte[]> producer() {
        var producer = new SimulatedProducer(walk, this);
        producers.add(producer);
        return client(Producer.class, producer);
    }

    @SuppressWarnings("unchecked")
    private static <T> T client(Class<?> type, Object target) {
        return (T) SimulatedClient.of(type, target);
    }

    Consumer<byte[], byte[]> consumer() {
        return consumer;
    }

    boolean isAlive() {
        return !dead;
    }

    boolean isAsleep() {
        return asleep;
    }

    boolean isAmidStep() {
        return amidStep;
    }

    /** Without lanes, a poll of a member of the current generation does nothing. */
    boolean hasWork() {
        return amidStep
                || !lanes.isCurrent()
                || lanes.isAwaited()
                || !lanes.lanes().isEmpty();
    }

    void wake() {
        asleep = false;
    }

    /** Whether its last step did anything. */
    boolean hasMoved() {
        return moved;
    }

    /** Runs on until it hands the turn back, which it does after each poll at the latest. */
    void resume() {
        asleep = false;
        if (amidStep && !dead && !lanes.isCurrent()) {
            walk.event(this, "members that went on amid a poll after they had lost their lanes");
        }
        hasTurn = true;
        if (started) {
            LockSupport.unpark(thread);
        } else {
            started = true;
            thread.start();
        }
        while (hasTurn) {
            LockSupport.park(this);
        }
    }

    /** What it has in flight stays on the wire. */
    void crash() {
        if (dead) {
            return;
        }
        dead = true;
        if (started) {
            resume();
        }
        producers.forEach(producer -> producer.close(Duration.ZERO));
    }

    /** A call of a client: the turn may go to others here. */
    void at(String call) {
        if (walk.pauses()) {
            asleep = walk.choices.oneIn(4);
            walk.trace("%s is paused in %s%s", this, call, asleep ? ", for long" : "");
            handOver();
        }
    }

    /** Waits for others. */
    void await(String what) {
        if (walk.isFaulty()) {
            walk.trace("%s waits for %s", this, what);
            handOver();
        } else {
            walk.broker.settle();
        }
    }

    private void handOver() {
        hasTurn = false;
        LockSupport.unpark(walk.thread());
        while (!hasTurn) {
            LockSupport.park(this);
        }
        if (dead) {
            throw new Crash();
        }
    }

    private void live() {
        try {
            while (true) {
                amidStep = true;
                step();
                amidStep = false;
                handOver();
            }
        } catch (Crash e) {
            // Its process is gone.
        } catch (Throwable e) {
            walk.violated(SimulationViolation.THREW, this + ": " + e);
            dead = true;
        } finally {
            hasTurn = false;
            LockSupport.unpark(walk.thread());
        }
    }

    private void step() {
        moved = !lanes.isCurrent() || lanes.isAwaited();
        if (lanes.isCurrent() && lanes.isAwaited()) {
            worker.revoked(consumer, lanes.lanes());
            lanes.rejoin();
        }
        if (!lanes.isCurrent()) {
            worker.lost(lanes.lanes());
            lanes.join();
            memory.assigned();
            worker.assigned(consumer, lanes.lanes());
        }
        var records = lanes.poll();
        if (!records.isEmpty()) {
            moved = true;
            walk.trace("%s polls %s", this, records);
            worker.process(consumer, records);
        }
    }

    /** Why the lane stands, as the stage's health says; null if it does not stand here. */
    @Nullable
    String alarm(int lane) {
        return dead ? null : meters.stalledLanes().get(lane);
    }

    @Override
    public String toString() {
        return id;
    }
}
