package dev.millrace.stage;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The edge: publishes each record of a lane exactly once. Results, offsets and the lane's number go in one transaction,
 * fenced by the consumer's generation, so a member that has lost the lane can commit nothing.
 *
 * <p>After an abort, an unknown commit or a rebalance all that memory says of the lanes is forgotten and read again from
 * the broker: what was published is what the results topic holds, not what this process believes it has sent.
 */
final class PublishingStage implements LaneWorker {
    private static final Logger LOGGER = LoggerFactory.getLogger(PublishingStage.class);

    private final PublishingDefinition definition;
    private final ResultMaker results;
    private final Supplier<Producer<byte[], byte[]>> transactionalProducers;
    private final PublishedLanes publishedLanes;
    private final StageMeters meters;
    private final InstantSource clock;
    private final Backoff backoff;
    private final Set<TopicPartition> assigned = new HashSet<>();
    private final Map<TopicPartition, PublishingLane> lanes = new HashMap<>();
    private @Nullable Producer<byte[], byte[]> producer;

    PublishingStage(
            PublishingDefinition definition,
            Supplier<Producer<byte[], byte[]>> transactionalProducers,
            Supplier<Producer<byte[], byte[]>> deadLetterProducers,
            PublishedLanes publishedLanes,
            StageMeters meters,
            InstantSource clock,
            Backoff backoff) {
        this.definition = definition;
        this.results = new ResultMaker(definition, deadLetterProducers, meters);
        this.transactionalProducers = transactionalProducers;
        this.publishedLanes = publishedLanes;
        this.meters = meters;
        this.clock = clock;
        this.backoff = backoff;
    }

    @Override
    public void assigned(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        assigned.addAll(partitions);
        partitions.forEach(lanes::remove);
        partitions.forEach(partition -> meters.goesOn(partition.partition()));
        Positions.startWhereNothingIsCommitted(consumer, partitions, backoff);
    }

    @Override
    public void revoked(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        lost(partitions);
    }

    @Override
    public void lost(Collection<TopicPartition> partitions) {
        assigned.removeAll(partitions);
        partitions.forEach(lanes::remove);
        partitions.forEach(partition -> meters.leaves(partition.partition()));
    }

    @Override
    public void process(Consumer<?, ?> consumer, List<ConsumerRecord<byte[], byte[]>> records) {
        Instant receivedAt = clock.instant();
        var polled = Positions.byPartition(records);
        var transaction = new Plan();
        String outcome = null;
        try {
            var ready = load(consumer, polled);
            if (ready.isEmpty()) {
                return;
            }
            ready.forEach((partition, lane) ->
                    plan(consumer, partition, lane, requireRecords(polled, partition), receivedAt, transaction));
            var producer = producer();
            outcome = "aborted";
            producer.beginTransaction();
            transaction.results.forEach(producer::send);
            producer.sendOffsetsToTransaction(transaction.offsets, requireMember(consumer.groupMetadata()));
            outcome = "unknown";
            producer.commitTransaction();
            meters.transaction("committed");
        } catch (RuntimeException e) {
            if (outcome != null) {
                meters.transaction(outcome);
            }
            startOver(consumer, polled, e);
            return;
        }
        committed(transaction, records.size(), receivedAt);
    }

    @Override
    public void stop() {
        backoff.stop();
    }

    @Override
    public void close() {
        results.close();
        closeProducer();
    }

    /** What one transaction will hold, and what to count once it does. */
    private static final class Plan {
        final List<ProducerRecord<byte[], byte[]>> results = new ArrayList<>();
        final Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        final List<String> verdicts = new ArrayList<>();
        final Set<TopicPartition> advanced = new HashSet<>();
    }

    /** The lanes of the poll that may go on, with their numbers known. */
    private Map<TopicPartition, PublishingLane> load(
            Consumer<?, ?> consumer, Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> polled) {
        var ready = new LinkedHashMap<TopicPartition, PublishingLane>();
        polled.forEach((partition, records) -> {
            PublishingLane lane = lanes.get(partition);
            if (lane == null && assigned.contains(partition)) {
                // An older transaction of this member is brought to its end before the truth is read.
                producer();
                try {
                    var commit = consumer.committed(Set.of(partition)).get(partition);
                    var published = publishedLanes.read(
                            partition.partition(), clock.instant().minus(definition.idempotencyWindow()));
                    lane = PublishingLane.load(partition, commit, published, definition.idempotencyWindow());
                    lanes.put(partition, lane);
                    long next = commit == null ? Positions.beginning(consumer, partition) : commit.offset();
                    if (records.getFirst().offset() != next) {
                        consumer.seek(partition, next);
                        return;
                    }
                } catch (StalledException e) {
                    Positions.stall(consumer, partition, e, meters);
                    return;
                }
            }
            if (lane != null) {
                ready.put(partition, lane);
            }
        });
        return ready;
    }

    private void plan(
            Consumer<?, ?> consumer,
            TopicPartition partition,
            PublishingLane lane,
            List<ConsumerRecord<byte[], byte[]>> records,
            Instant receivedAt,
            Plan plan) {
        ConsumerRecord<byte[], byte[]> last = null;
        for (var record : records) {
            LaneLink link = LaneLink.read(record.headers());
            if (link == null) {
                results.keepUnlinked(record);
                plan.verdicts.add("unlinked");
            } else {
                var verdict = PublishGate.judge(lane.number(), link);
                if (verdict == PublishGate.Verdict.FORK) {
                    consumer.seek(partition, record.offset());
                    Positions.stall(
                            consumer,
                            partition,
                            new StalledException(
                                    Stall.FORK,
                                    "%s: origin %s after %s (expected predecessor: %s)"
                                            .formatted(
                                                    partition,
                                                    link.origin(),
                                                    LaneLink.text(link.predecessor()),
                                                    LaneLink.text(lane.number()))),
                            meters);
                    break;
                }
                if (verdict == PublishGate.Verdict.GAP) {
                    meters.gapOpened(partition.partition(), receivedAt);
                }
                plan.verdicts.add(
                        verdict == PublishGate.Verdict.ACCEPT
                                ? publish(partition, lane, record, link, receivedAt, plan)
                                : verdict.name().toLowerCase(Locale.ROOT));
            }
            last = record;
        }
        if (last != null) {
            plan.offsets.put(partition, lane.commit(last.offset() + 1, last.leaderEpoch()));
        }
    }

    private String publish(
            TopicPartition partition,
            PublishingLane lane,
            ConsumerRecord<byte[], byte[]> record,
            LaneLink link,
            Instant receivedAt,
            Plan plan) {
        var headers = UploadHeaders.read(record.headers(), link.origin(), Instant.ofEpochMilli(record.timestamp()));
        var attempt = new UploadAttempt(headers.uploadId(), headers.attempt());
        plan.advanced.add(partition);
        if (lane.hasPublished(attempt)) {
            lane.passedOver(link.origin());
            return "duplicate";
        }
        plan.results.add(results.make(record, headers, receivedAt));
        lane.published(link.origin(), attempt, receivedAt);
        return "accepted";
    }

    private void committed(Plan plan, int records, Instant receivedAt) {
        plan.verdicts.forEach(meters::judged);
        plan.offsets.keySet().forEach(partition -> {
            var lane = lanes.get(partition);
            if (plan.advanced.contains(partition)) {
                meters.advanced(partition.partition());
                meters.gapClosed(partition.partition());
            }
            if (lane != null && lane.number() != null) {
                meters.number(partition.partition(), lane.number().offset());
            }
        });
        meters.batch(records, Duration.between(receivedAt, clock.instant()));
        backoff.reset();
    }

    /** Forgets every lane of the producer and puts those of the poll back where the broker says they stand. */
    private void startOver(
            Consumer<?, ?> consumer,
            Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> polled,
            RuntimeException cause) {
        LOGGER.atWarn()
                .addKeyValue("stage", definition.service())
                .addKeyValue("lanes", polled.keySet().toString())
                .setCause(cause)
                .log("transaction not committed, reading the lanes' numbers again");
        meters.soughtBack(cause.getClass().getSimpleName());
        closeProducer();
        lanes.clear();
        polled.forEach((partition, records) -> {
            if (assigned.contains(partition) && !consumer.paused().contains(partition)) {
                meters.failed(partition.partition(), clock.instant());
                Positions.seekBack(consumer, partition, records.getFirst());
            }
        });
        backoff.await();
    }

    /** Without a generation the broker would take the offsets of a member that has lost its lanes. */
    private static ConsumerGroupMetadata requireMember(ConsumerGroupMetadata metadata) {
        if (metadata.generationId() < 0 || metadata.memberId().isEmpty()) {
            throw new IllegalStateException("group metadata: %s (expected: a member's)".formatted(metadata));
        }
        return metadata;
    }

    /** Closing without waiting leaves an open transaction to the coordinator; the next producer of the same id ends it. */
    private void closeProducer() {
        if (producer != null) {
            producer.close(Duration.ZERO);
            producer = null;
        }
    }

    private Producer<byte[], byte[]> producer() {
        if (producer == null) {
            var fresh = transactionalProducers.get();
            try {
                fresh.initTransactions();
            } catch (RuntimeException e) {
                fresh.close(Duration.ZERO);
                throw e;
            }
            producer = fresh;
        }
        return producer;
    }

    private static List<ConsumerRecord<byte[], byte[]>> requireRecords(
            Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> polled, TopicPartition partition) {
        return Objects.requireNonNull(polled.get(partition));
    }
}
