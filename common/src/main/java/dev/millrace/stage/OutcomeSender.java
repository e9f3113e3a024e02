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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/**
 * Sends the emissions of a batch in order and says how far each lane was acknowledged without a hole. Its idempotent
 * producer is closed after any failure, so that nothing of it can land later than it is asked for.
 */
final class OutcomeSender implements AutoCloseable {
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
        keepDeadLetters(emissions);
        var byLane = new LinkedHashMap<InnerLane, List<Sent>>();
        RuntimeException failure = null;
        try {
            for (Emission emission : emissions) {
                var lane = laneOf(emission.input(), lanes);
                byLane.computeIfAbsent(lane, key -> new ArrayList<>()).add(send(emission, receivedAt));
            }
        } catch (RuntimeException e) {
            failure = e;
        }
        producer().flush();
        var frontiers = new LinkedHashMap<InnerLane, Frontier>();
        for (var entry : byLane.entrySet()) {
            Frontier before = entry.getKey().frontier();
            Frontier reached = before;
            for (Sent sent : entry.getValue()) {
                RuntimeException refused = refusal(sent, entry.getKey());
                if (refused != null) {
                    failure = failure == null ? refused : failure;
                    break;
                }
                var input = sent.emission().input();
                Origin origin = sent.emission().origin();
                reached =
                        new Frontier(input.offset() + 1, input.leaderEpoch(), origin == null ? reached.last() : origin);
            }
            if (reached.offset() > before.offset()) {
                frontiers.put(entry.getKey(), reached);
            }
        }
        return new Acknowledged(frontiers, failure);
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

    /** A letter is acknowledged before the outcome that names it is sent. */
    private void keepDeadLetters(List<Emission> emissions) {
        var letters = new ArrayList<Future<RecordMetadata>>();
        for (Emission emission : emissions) {
            switch (emission) {
                case Emission.Send send -> {}
                case Emission.Fail fail -> {
                    letters.add(deadLetters.send(producer(), fail.input(), fail.code(), fail.detail()));
                    meters.deadLetter(fail.code().name());
                }
                case Emission.Unlinked unlinked -> {
                    letters.add(deadLetters.send(
                            producer(), unlinked.input(), ErrorCode.UNDECODABLE_RECORD, unlinked.detail()));
                    meters.judged("unlinked");
                }
            }
        }
        if (letters.isEmpty()) {
            return;
        }
        producer().flush();
        for (var letter : letters) {
            RuntimeException refused = exception(letter);
            if (refused != null && !isRefusedForGood(refused)) {
                throw refused;
            }
        }
    }

    private Sent send(Emission emission, Instant receivedAt) {
        return switch (emission) {
            case Emission.Unlinked unlinked -> new Sent(unlinked, null);
            case Emission.Send send -> {
                meters.emitted(send.settledBefore() ? "passed" : send.kind().header());
                yield new Sent(
                        send,
                        send(
                                send.input(),
                                send.link(),
                                send.headers(),
                                send.kind(),
                                send.body(),
                                send.settledBefore() ? null : receivedAt));
            }
            case Emission.Fail fail -> {
                meters.emitted("failed");
                yield new Sent(
                        fail,
                        send(fail.input(), fail.link(), fail.headers(), OutcomeKind.FAILED, body(fail), receivedAt));
            }
        };
    }

    private Future<RecordMetadata> send(
            ConsumerRecord<byte[], byte[]> input,
            LaneLink link,
            UploadHeaders headers,
            OutcomeKind kind,
            byte[] body,
            @Nullable Instant receivedAt) {
        var output =
                new ProducerRecord<>(definition.outputTopic(), input.partition(), input.timestamp(), input.key(), body);
        UploadHeaders.copy(input.headers(), output.headers());
        if (headers.problem() != null) {
            headers.write(output.headers());
        }
        link.write(output.headers());
        Headers.set(output.headers(), Headers.OUTCOME, kind.header());
        if (receivedAt != null) {
            var hops = new ArrayList<>(headers.hops());
            hops.add(new Hop(definition.service(), receivedAt, clock.instant()));
            Headers.set(output.headers(), Headers.HOPS, Hop.format(hops));
        }
        try (var scope = TraceContext.of(headers.traceparent()).makeCurrent()) {
            return producer().send(output);
        }
    }

    private byte[] body(Emission.Fail fail) {
        var failed = OutcomeFailed.newBuilder()
                .setCode(fail.code().name())
                .setDetail(DeadLetters.cut(fail.detail()))
                .setStage(definition.service())
                .setDeadLetter(deadLetters.id(fail.input()));
        ModelReference model = definition.model().get();
        return (model == null ? failed : failed.setModel(model)).build().toByteArray();
    }

    private static @Nullable RuntimeException refusal(Sent sent, InnerLane lane) {
        if (sent.future() == null) {
            return null;
        }
        RuntimeException refused = exception(sent.future());
        if (refused != null && isRefusedForGood(refused)) {
            lane.markUnsendable(sent.emission().input().offset());
        }
        return refused;
    }

    /** The record, not the moment, is at fault: sending it again would fail again. */
    private static boolean isRefusedForGood(RuntimeException e) {
        return e instanceof RecordTooLargeException
                || e instanceof InvalidRecordException
                || e instanceof SerializationException;
    }

    private static @Nullable RuntimeException exception(Future<RecordMetadata> future) {
        try {
            future.get();
            return null;
        } catch (ExecutionException e) {
            return e.getCause() instanceof RuntimeException cause
                    ? cause
                    : new TransientFailureException("send failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new TransientFailureException("interrupted while waiting for an acknowledgement", e);
        }
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
