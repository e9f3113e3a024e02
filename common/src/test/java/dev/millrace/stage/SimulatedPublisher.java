package dev.millrace.stage;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The transactional producer of a member of the publishing stage. What fails breaks its transaction, as the real one. */
final class SimulatedPublisher {
    private final SimulationWalk walk;
    private final SimulatedMember member;
    private int epoch;
    private @Nullable RuntimeException broken;

    SimulatedPublisher(SimulationWalk walk, SimulatedMember member) {
        this.walk = walk;
        this.member = member;
    }

    void initTransactions() {
        member.at("initTransactions");
        if (walk.fault()) {
            throw timeout("producers that could not start");
        }
        epoch = walk.broker.initTransactions(member.name);
        walk.trace("%s starts a producer of epoch %d", member, epoch);
        member.at("initTransactions");
    }

    void beginTransaction() {
        member.at("beginTransaction");
    }

    Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
        member.at("send");
        int fault = walk.faultOf(3);
        if (fault == 2) {
            walk.broker.wire.add(() -> appendQuietly(record));
        }
        try {
            if (fault != 0) {
                throw timeout("results that could not be sent");
            }
            walk.broker.append(member.name, epoch, record);
            walk.trace("%s appends %s", member, record);
            return CompletableFuture.completedFuture(
                    new RecordMetadata(new TopicPartition(record.topic(), record.partition()), 0, 0, 0, 0, 0));
        } catch (RuntimeException e) {
            broken = e;
            return CompletableFuture.failedFuture(e);
        }
    }

    private void appendQuietly(ProducerRecord<byte[], byte[]> record) {
        try {
            walk.broker.append(member.name, epoch, record);
            walk.event(member, "results that landed late in an open transaction");
        } catch (KafkaException e) {
            walk.trace("a late result of %s is refused: %s", member, e);
        }
    }

    void sendOffsetsToTransaction(Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group) {
        member.at("sendOffsetsToTransaction");
        member.memory.putInto(offsets);
        requireUnbroken();
        int fault = walk.faultOf(3);
        if (fault != 1) {
            try {
                walk.broker.addOffsets(member.name, epoch, offsets, group);
            } catch (RuntimeException e) {
                broken = e;
                throw e;
            }
        }
        if (fault != 0) {
            broken = timeout("offsets of transactions that were not acknowledged");
            throw broken;
        }
        walk.trace("%s sends offsets %s", member, offsets);
        member.at("sendOffsetsToTransaction");
    }

    void commitTransaction() {
        member.at("commitTransaction");
        requireUnbroken();
        switch (walk.faultOf(4)) {
            case 1 -> throw unknown("unknown commits that did not land");
            case 2 -> {
                walk.broker.commit(member.name, epoch);
                throw unknown("unknown commits that landed");
            }
            case 3 -> {
                walk.broker.wire.add(this::commitQuietly);
                throw unknown("unknown commits that were under way");
            }
            default -> walk.broker.commit(member.name, epoch);
        }
        walk.trace("%s commits its transaction", member);
        member.memory.committed();
        member.at("commitTransaction");
    }

    private void commitQuietly() {
        try {
            walk.broker.commit(member.name, epoch);
            walk.event(member, "transactions committed late");
        } catch (KafkaException e) {
            walk.trace("a late commit of %s is refused: %s", member, e);
        }
    }

    private TimeoutException unknown(String kind) {
        member.memory.unknown();
        return timeout(kind);
    }

    private TimeoutException timeout(String kind) {
        walk.event(member, kind);
        return new TimeoutException(kind);
    }

    private void requireUnbroken() {
        if (broken != null) {
            throw new KafkaException("Cannot execute transactional method because we are in an error state", broken);
        }
    }

    void close(Duration patience) {
        // What is open stays open.
    }
}
