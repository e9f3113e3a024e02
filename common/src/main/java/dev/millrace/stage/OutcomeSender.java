package dev.millrace.stage;

import dev.millrace.contract.ErrorCode;
import dev.millrace.contract.Headers;
import dev.millrace.contract.Hop;
import dev.millrace.contract.Origin;
import dev.millrace.contract.OutcomeKind;
import dev.millrace.contract.v1.ModelReference;
import dev.millrace.contract.v1.OutcomeFailed;
import dev.millrace.stage.InnerLane.Frontier;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the emissions of a batch in order and says how far each lane was acknowledged without a hole. Its idempotent
 * producer is closed after any failure, so that nothing of it can land later than it is asked for.
 */
final class OutcomeSender implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(OutcomeSender.class);

    private final StageDefinition<?, ?> definition;
    private final DeadLetters deadLetters;
    private final Supplier<Producer<byte[], byte[]>> producers;
    private final StageMeters meters;
    private final InstantSource clock;
    private @Nullable Producer<byte[], byte[]> producer;

    OutcomeSender(
            StageDefinition<?, ?> definition,
            Supplier<Producer<byte[], byte[]>> producers,
            StageMeters meters,
            InstantSource clock) {
        this.definition = definition;
        this.deadLetters = new DeadLetters(definition.service(), definition.group(), definition.model());
        this.producers = producers;
        this.meters = meters;
        this.clock = clock;
    }

    /**
     * What became of a batch.
     *
     * @param frontiers where each lane stands now, of those that went forward
     * @param failure the first failure, if not all was acknowledged
     */
    record Acknowledged(
            Map<InnerLane, Frontier> frontiers, @Nullable RuntimeException failure) {}

    /** An emission and what tells whether it landed; no future for a record that is only dead-lettered. */
    private record Sent(Emission emission, @Nullable Future<RecordMetadata> future) {}

    Acknowledged send(List<Emission> emissions, Map<TopicPartition, InnerLane> lanes, Instant receivedAt) {
        var unkept = keepDeadLetters(emissions);
        var byLane = new LinkedHashMap<InnerLane, List<Sent>>();
        RuntimeException failure = null;
        try {
            for (Emission emission : emissions) {
                var lane = laneOf(emission.input(), lanes);
                var sent = send(emission, lane, !unkept.contains(emission), receivedAt);
                byLane.computeIfAbsent(lane, key -> new ArrayList<>()).add(sent);
                if (sent.future() != null && Refusals.atOnce(sent.future()) != null) {
                    break;
                }
            }
        } catch (RuntimeException e) {
            failure = e;
        }
        producer().flush();
        var frontiers = new LinkedHashMap<InnerLane, Frontier>();
        for (var entry : byLane.entrySet()) {
            Frontier before = entry.getKey().frontier();
            Frontier reached = before;
            boolean withoutHole = true;
            for (Sent sent : entry.getValue()) {
                RuntimeException refused = refusal(sent, entry.getKey());
                if (refused != null) {
                    withoutHole = false;
                    failure = failure == null || Refusals.isForGood(failure) ? refused : failure;
                } else if (withoutHole) {
                    reached = after(sent.emission(), reached);
                }
            }
            if (reached.offset() > before.offset()) {
                frontiers.put(entry.getKey(), reached);
            }
        }
        return new Acknowledged(frontiers, failure);
    }

    private static Frontier after(Emission emission, Frontier reached) {
        var input = emission.input();
        Origin origin = emission.origin();
        return new Frontier(input.offset() + 1, input.leaderEpoch(), origin == null ? reached.last() : origin);
    }

    /** Drops the producer with all it has not sent; the next call makes another. */
    void reset() {
        if (producer != null) {
            producer.close(Duration.ZERO);
            producer = null;
        }
    }

    @Override
    public void close() {
        reset();
    }

    /**
     * A letter is acknowledged before the outcome that names it is sent.
     *
     * @return those whose letter the broker will never take, so that they name none
     */
    private Set<Emission> keepDeadLetters(List<Emission> emissions) {
        var letters = new IdentityHashMap<Emission, Future<RecordMetadata>>();
        for (Emission emission : emissions) {
            var letter =
                    switch (emission) {
                        case Emission.Send send -> null;
                        case Emission.Fail fail -> {
                            meters.deadLetter(fail.code().name());
                            yield deadLetters.send(producer(), fail.input(), fail.code(), fail.detail());
                        }
                        case Emission.Unlinked unlinked -> {
                            meters.judged("unlinked");
                            yield deadLetters.send(
                                    producer(), unlinked.input(), ErrorCode.UNDECODABLE_RECORD, unlinked.detail());
                        }
                    };
            if (letter != null) {
                letters.put(emission, letter);
                RuntimeException refused = Refusals.atOnce(letter);
                if (refused != null) {
                    throw refused;
                }
            }
        }
        Set<Emission> unkept = Collections.newSetFromMap(new IdentityHashMap<>());
        if (!letters.isEmpty()) {
            producer().flush();
        }
        letters.forEach((emission, letter) -> {
            RuntimeException refused = Refusals.of(letter);
            if (refused != null && !Refusals.isForGood(refused)) {
                throw refused;
            }
            if (refused != null) {
                LOGGER.warn("{}: dead letter refused", deadLetters.id(emission.input()), refused);
                unkept.add(emission);
            }
        });
        return unkept;
    }

    private Sent send(Emission emission, InnerLane lane, boolean letterKept, Instant receivedAt) {
        return switch (emission) {
            case Emission.Unlinked unlinked -> new Sent(unlinked, null);
            case Emission.Send send -> {
                meters.emitted(send.settledBefore() ? "passed" : send.kind().header());
                var record = output(
                        send, send.link(), send.headers(), send.kind(), send.body(), !send.settledBefore(), receivedAt);
                yield new Sent(send, send(record, send.headers()));
            }
            case Emission.Fail fail -> {
                meters.emitted("failed");
                var record = output(
                        fail,
                        fail.link(),
                        fail.headers(),
                        OutcomeKind.FAILED,
                        body(fail, letterKept),
                        true,
                        receivedAt);
                if (lane.isUnsendable(fail.input().offset())) {
                    // Its key or timestamp may be what was refused.
                    record = new ProducerRecord<>(
                            record.topic(), record.partition(), null, null, record.value(), record.headers());
                }
                yield new Sent(fail, send(record, fail.headers()));
            }
        };
    }

    private ProducerRecord<byte[], byte[]> output(
            Emission emission,
            LaneLink link,
            UploadHeaders headers,
            OutcomeKind kind,
            byte[] body,
            boolean worked,
            Instant receivedAt) {
        var input = emission.input();
        Long timestamp = input.timestamp() < 0 ? null : input.timestamp();
        var output = new ProducerRecord<>(definition.outputTopic(), input.partition(), timestamp, input.key(), body);
        UploadHeaders.copy(input.headers(), output.headers());
        if (headers.problem() != null) {
            headers.write(output.headers());
        }
        link.write(output.headers());
        Headers.set(output.headers(), Headers.OUTCOME, kind.header());
        if (worked) {
            var hops = new ArrayList<>(headers.hops());
            hops.add(new Hop(definition.service(), receivedAt, clock.instant()));
            Headers.set(output.headers(), Headers.HOPS, Hop.format(hops));
        }
        return output;
    }

    private Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, UploadHeaders headers) {
        try (var scope = TraceContext.of(headers.traceparent()).makeCurrent()) {
            return producer().send(record);
        }
    }

    private byte[] body(Emission.Fail fail, boolean letterKept) {
        var failed = OutcomeFailed.newBuilder()
                .setCode(fail.code().name())
                .setDetail(DeadLetters.cut(fail.detail()))
                .setStage(definition.service())
                .setDeadLetter(letterKept ? deadLetters.id(fail.input()) : "");
        ModelReference model = definition.model().get();
        return (model == null ? failed : failed.setModel(model)).build().toByteArray();
    }

    private static @Nullable RuntimeException refusal(Sent sent, InnerLane lane) {
        RuntimeException refused = sent.future() == null ? null : Refusals.of(sent.future());
        if (refused == null || !Refusals.isForGood(refused)) {
            return refused;
        }
        long offset = sent.emission().input().offset();
        if (lane.isUnsendable(offset)) {
            return new TransientFailureException("the small failure was refused as well", refused);
        }
        lane.markUnsendable(offset);
        return refused;
    }

    private static InnerLane laneOf(ConsumerRecord<?, ?> input, Map<TopicPartition, InnerLane> lanes) {
        var lane = lanes.get(new TopicPartition(input.topic(), input.partition()));
        if (lane == null) {
            throw new IllegalStateException("%s-%d: not assigned".formatted(input.topic(), input.partition()));
        }
        return lane;
    }

    private Producer<byte[], byte[]> producer() {
        if (producer == null) {
            producer = producers.get();
        }
        return producer;
    }
}
