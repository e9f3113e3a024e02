package dev.millrace.stage;

import dev.millrace.contract.Headers;
import dev.millrace.contract.Origin;
import dev.millrace.contract.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * An idempotent producer. A send lands, or fails, or lands without its acknowledgement, or lands late, each for itself,
 * so that later ones may succeed behind one that failed.
 */
final class SimulatedProducer {
    /** Bodies that the broker never takes begin so. */
    static final String UNSENDABLE = "unsendable";

    private final SimulationWalk walk;
    private final SimulatedMember member;
    private final List<InFlight> inFlight = new ArrayList<>();
    private boolean closed;

    SimulatedProducer(SimulationWalk walk, SimulatedMember member) {
        this.walk = walk;
        this.member = member;
    }

    private record InFlight(ProducerRecord<byte[], byte[]> record, CompletableFuture<RecordMetadata> acknowledgement) {
        void acknowledge() {
            acknowledgement.complete(
                    new RecordMetadata(new TopicPartition(record.topic(), record.partition()), 0, 0, 0, 0, 0));
        }
    }

    Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
        member.at("send");
        if (closed) {
            throw new IllegalStateException("Cannot perform operation after producer has been closed");
        }
        if (walk.fault() && walk.choices.of(2) == 1) {
            walk.event(member, "sends that failed at once");
            return CompletableFuture.failedFuture(new TimeoutException("no metadata"));
        }
        var send = new InFlight(record, new CompletableFuture<>());
        inFlight.add(send);
        return send.acknowledgement();
    }

    void flush() {
        if (walk.mutation == SimulationMutation.OUT_OF_ORDER && inFlight.size() > 1 && walk.choices.oneIn(4)) {
            Collections.swap(inFlight, 0, 1);
        }
        while (!inFlight.isEmpty()) {
            member.at("flush");
            if (!inFlight.isEmpty()) {
                resolve(inFlight.removeFirst());
            }
        }
        member.at("flush");
    }

    private void resolve(InFlight send) {
        var record = send.record();
        if (isLane(record) && TestRecords.text(record.value()).startsWith(UNSENDABLE)) {
            walk.event(member, "records that the broker never takes");
            send.acknowledgement().completeExceptionally(new RecordTooLargeException("too large"));
            return;
        }
        switch (walk.faultOf(4)) {
            case 1 -> fail(send, "sends lost");
            case 2 -> {
                land(record);
                fail(send, "sends that landed without acknowledgement");
            }
            case 3 -> {
                walk.broker.wire.add(() -> landLate(record));
                fail(send, "sends under way as their sender gave up");
            }
            default -> {
                land(record);
                send.acknowledge();
            }
        }
    }

    private void fail(InFlight send, String kind) {
        walk.event(member, kind);
        if (walk.mutation == SimulationMutation.FAILURE_TAKEN_AS_SUCCESS) {
            send.acknowledge();
        } else {
            send.acknowledgement().completeExceptionally(new TimeoutException(kind));
        }
    }

    private void landLate(ProducerRecord<byte[], byte[]> record) {
        walk.event(member, "sends that landed late");
        land(record);
    }

    private void land(ProducerRecord<byte[], byte[]> record) {
        if (isLane(record) && !isDropped(record)) {
            walk.broker.log(record.topic(), record.partition()).append(record, null, walk.now());
            walk.trace("%s appends %s", member, record);
        }
    }

    private boolean isDropped(ProducerRecord<byte[], byte[]> record) {
        if (walk.mutation != SimulationMutation.SEEN_RECORDS_DROPPED || member.stage != 1) {
            return false;
        }
        var origin = Origin.parse(String.valueOf(Headers.text(record.headers(), Headers.ORIGIN)));
        var last = member.seen.get(record.partition());
        boolean newer = last == null || origin.comparedTo(last) == Origin.Order.NEWER;
        if (newer) {
            member.seen.put(record.partition(), origin);
        }
        return !newer;
    }

    private static boolean isLane(ProducerRecord<byte[], byte[]> record) {
        return Topics.LANE_TOPICS.contains(record.topic());
    }

    /** What is in flight stays on the wire. */
    void close(Duration patience) {
        closed = true;
        inFlight.forEach(send -> walk.broker.wire.add(() -> landLate(send.record())));
        inFlight.clear();
    }
}
