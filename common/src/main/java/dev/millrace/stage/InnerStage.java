package dev.millrace.stage;

import static java.util.Objects.requireNonNull;

import dev.millrace.stage.InnerLane.Frontier;
import dev.millrace.stage.StageDefinition.LaneSource;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves the records of its lanes from one inner topic to the next: at least once, in order, on the same partition.
 *
 * <p>Why nothing is lost: a commit names the last record that was acknowledged with all before it, plus one. Whatever
 * fails, the lane goes back to that frontier and sends again from there, so the next topic always holds the lane's
 * records as a subsequence, whatever repeats and gaps lie between. The publishing stage picks that subsequence out by
 * the links, which only the stage with {@link LaneSource#OWN_POSITION} makes.
 */
final class InnerStage<I, O> implements LaneWorker {
    private static final Logger LOGGER = LoggerFactory.getLogger(InnerStage.class);
    private static final Duration INCARNATION_CHECK = Duration.ofSeconds(10);

    private final StageDefinition<I, O> definition;
    private final BatchPlanner<I, O> planner;
    private final OutcomeSender sender;
    private final Supplier<String> incarnation;
    private final StageMeters meters;
    private final InstantSource clock;
    private final Backoff backoff;
    private final Map<TopicPartition, InnerLane> lanes = new HashMap<>();
    private Instant incarnationCheckedAt = Instant.EPOCH;

    /** @param incarnation id of the input topic, asked for at each assignment; only used with {@code OWN_POSITION} */
    InnerStage(
            StageDefinition<I, O> definition,
            OutcomeSender sender,
            Supplier<String> incarnation,
            StageMeters meters,
            InstantSource clock,
            Backoff backoff) {
        this.definition = definition;
        this.planner = new BatchPlanner<>(definition, new BatchRunner<>(definition.function(), meters::run), clock);
        this.sender = sender;
        this.incarnation = incarnation;
        this.meters = meters;
        this.clock = clock;
        this.backoff = backoff;
    }

    @Override
    public void assigned(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        for (TopicPartition partition : partitions) {
            lanes.put(partition, new InnerLane(partition));
            meters.goesOn(partition.partition());
        }
        Positions.startWhereNothingIsCommitted(consumer, partitions, backoff);
    }

    @Override
    public void revoked(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        LaneCommits.ifPossible(consumer, loaded(partitions), InnerLane::release);
        lost(partitions);
    }

    @Override
    public void lost(Collection<TopicPartition> partitions) {
        partitions.forEach(lanes::remove);
        partitions.forEach(partition -> meters.leaves(partition.partition()));
    }

    @Override
    public void process(Consumer<?, ?> consumer, List<ConsumerRecord<byte[], byte[]>> records) {
        Instant receivedAt = clock.instant();
        var polled = Positions.byPartition(records);
        meters.inFlight(records.size());
        try {
            stallIfMadeAgain(consumer, polled.keySet(), receivedAt);
            var ready = load(consumer, polled);
            carryAlone(consumer, ready, receivedAt);
            carry(consumer, ready, receivedAt);
            backoff.reset();
            meters.batch(records.size(), Duration.between(receivedAt, clock.instant()));
        } catch (RuntimeException e) {
            goBack(consumer, polled, e);
        } finally {
            meters.inFlight(-records.size());
        }
    }

    /**
     * Carries what is suspected of ending the process one by one, and takes it out of the batch. Records that need no work
     * between two suspects go together.
     */
    private void carryAlone(
            Consumer<?, ?> consumer, Map<InnerLane, List<ConsumerRecord<byte[], byte[]>>> ready, Instant receivedAt) {
        for (InnerLane lane :
                ready.keySet().stream().filter(InnerLane::isSuspect).toList()) {
            var records = requireNonNull(ready.remove(lane));
            LOGGER.atWarn()
                    .addKeyValue("stage", definition.service())
                    .addKeyValue("lane", lane.partition().partition())
                    .log("{} records one by one: work on them has ended the process before", records.size());
            int done = 0;
            for (int i = 0; i < records.size(); i++) {
                if (PollLimit.needsWork(records.get(i).headers(), receivedAt.toEpochMilli())) {
                    carry(consumer, lane, records.subList(done, i), receivedAt);
                    carry(consumer, lane, records.subList(i, i + 1), receivedAt);
                    done = i + 1;
                }
            }
            carry(consumer, lane, records.subList(done, records.size()), receivedAt);
        }
    }

    private void carry(
            Consumer<?, ?> consumer, InnerLane lane, List<ConsumerRecord<byte[], byte[]>> records, Instant receivedAt) {
        if (!records.isEmpty()) {
            carry(consumer, Map.of(lane, records), receivedAt);
        }
    }

    /** Plans, sends and commits. Throws the first failure, after all that was acknowledged is committed. */
    private void carry(
            Consumer<?, ?> consumer, Map<InnerLane, List<ConsumerRecord<byte[], byte[]>>> batch, Instant receivedAt) {
        if (batch.isEmpty()) {
            return;
        }
        LaneCommits.announce(consumer, batch.keySet());
        var acknowledged = sender.send(planner.plan(batch), lanes, receivedAt);
        LaneCommits.advance(consumer, acknowledged.frontiers());
        acknowledged
                .frontiers()
                .keySet()
                .forEach(lane -> meters.advanced(lane.partition().partition()));
        if (acknowledged.failure() != null) {
            throw acknowledged.failure();
        }
    }

    @Override
    public void stop() {
        backoff.stop();
    }

    @Override
    public void close() {
        sender.close();
    }

    /** The polled records by lane, of those lanes that stand where the records begin. */
    private Map<InnerLane, List<ConsumerRecord<byte[], byte[]>>> load(
            Consumer<?, ?> consumer, Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> polled) {
        var ready = new LinkedHashMap<InnerLane, List<ConsumerRecord<byte[], byte[]>>>();
        polled.forEach((partition, records) -> {
            InnerLane lane = lanes.get(partition);
            if (lane == null) {
                return;
            }
            try {
                if (!lane.isLoaded()) {
                    loadCommitted(consumer, lane);
                    if (records.getFirst().offset() != lane.frontier().offset()) {
                        consumer.seek(partition, lane.frontier().position());
                        return;
                    }
                }
                if (definition.source() == LaneSource.OWN_POSITION) {
                    OwnPosition.requireRisingEpochs(lane.frontier().last(), records);
                }
            } catch (StalledException e) {
                Positions.stall(consumer, partition, e, meters);
                return;
            }
            if (records.getFirst().offset() < lane.frontier().offset()) {
                throw new IllegalStateException("%s: polled offset %d (expected: %d or more)"
                        .formatted(
                                partition,
                                records.getFirst().offset(),
                                lane.frontier().offset()));
            }
            lane.suspect(records);
            ready.put(lane, records);
        });
        return ready;
    }

    private void loadCommitted(Consumer<?, ?> consumer, InnerLane lane) {
        var partition = lane.partition();
        var commit = consumer.committed(Set.of(partition)).get(partition);
        var metadata = commit == null ? null : CommitMetadata.parse(commit.metadata());
        int tries = metadata == null ? 0 : metadata.tries();
        long beginning = Positions.beginning(consumer, partition);
        if (definition.source() == LaneSource.OWN_POSITION) {
            String id = incarnation.get();
            lane.load(OwnPosition.read(partition, commit, beginning, id), id, tries);
        } else {
            lane.load(
                    commit == null
                            ? new Frontier(beginning, Optional.empty(), null)
                            : new Frontier(commit.offset(), commit.leaderEpoch(), null),
                    "",
                    tries);
        }
    }

    /** A topic that was deleted and made again uses its offsets again, so its records are no part of the chain. */
    private void stallIfMadeAgain(Consumer<?, ?> consumer, Set<TopicPartition> polled, Instant now) {
        if (definition.source() == LaneSource.HEADERS || now.isBefore(incarnationCheckedAt.plus(INCARNATION_CHECK))) {
            return;
        }
        incarnationCheckedAt = now;
        String id = incarnation.get();
        for (TopicPartition partition : polled) {
            InnerLane lane = lanes.get(partition);
            if (lane != null && lane.isLoaded() && !lane.incarnation().equals(id)) {
                lanes.remove(partition);
                Positions.stall(
                        consumer,
                        partition,
                        new StalledException(
                                Stall.OTHER_INCARNATION,
                                "%s: topic id %s (expected: %s)".formatted(partition, id, lane.incarnation())),
                        meters);
            }
        }
    }

    private List<InnerLane> loaded(Collection<TopicPartition> partitions) {
        return partitions.stream()
                .map(lanes::get)
                .filter(Objects::nonNull)
                .filter(InnerLane::isLoaded)
                .toList();
    }

    /** Every lane of the poll stands at its frontier again, with nothing in flight. */
    private void goBack(
            Consumer<?, ?> consumer,
            Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> polled,
            RuntimeException cause) {
        LOGGER.atWarn()
                .addKeyValue("stage", definition.service())
                .addKeyValue("lanes", polled.keySet().toString())
                .setCause(cause)
                .log("going back to the last acknowledged record");
        meters.soughtBack(cause.getClass().getSimpleName());
        sender.reset();
        LaneCommits.ifPossible(consumer, loaded(polled.keySet()), InnerLane::withdraw);
        polled.forEach((partition, records) -> {
            InnerLane lane = lanes.get(partition);
            if (lane == null || consumer.paused().contains(partition)) {
                return;
            }
            meters.failed(partition.partition(), clock.instant());
            if (lane.isLoaded()) {
                consumer.seek(partition, lane.frontier().position());
            } else {
                Positions.seekBack(consumer, partition, records.getFirst());
            }
        });
        if (!Refusals.isForGood(cause)) {
            backoff.await();
        }
    }
}
