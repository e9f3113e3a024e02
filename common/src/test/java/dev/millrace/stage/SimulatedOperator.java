package dev.millrace.stage;

import dev.millrace.contract.Topics;
import java.util.BitSet;
import java.util.Optional;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Destroys data, as retention, an unclean election and idle weeks do, and mends lanes afterwards as the runbook says. */
final class SimulatedOperator {
    private final SimulationWalk walk;
    private final BitSet damaged = new BitSet();
    private final BitSet innerDamaged = new BitSet();
    private final BitSet uploadsCut = new BitSet();

    SimulatedOperator(SimulationWalk walk) {
        this.walk = walk;
    }

    void destroy() {
        int lane = walk.choices.of(walk.lanes());
        if (walk.choices.of(2) == 1) {
            // Nobody has read these yet.
            walk.post(lane);
            walk.post(lane);
        }
        switch (walk.choices.of(8)) {
            case 0, 1 -> delete(Topics.UPLOADS, lane);
            case 2 -> delete(walk.choices.of(2) == 0 ? Topics.FEATURES : Topics.PREDICTIONS, lane);
            case 3 -> delete(Topics.RESULTS, lane);
            case 4, 5 -> cut(Topics.UPLOADS, lane);
            case 6 -> cut(walk.choices.of(2) == 0 ? Topics.FEATURES : Topics.PREDICTIONS, lane);
            default -> expire(walk.choices.of(3));
        }
    }

    private void delete(String topic, int lane) {
        var log = walk.broker.log(topic, lane);
        int length = (int) (log.end() - log.beginning());
        if (length == 0 || (topic.equals(Topics.RESULTS) && walk.repeatsUploads())) {
            return;
        }
        log.deleteBefore(log.beginning() + 1 + walk.choices.of(length));
        damage(topic, lane);
        walk.count("logs shortened by retention");
        walk.trace("retention deletes %s-%d up to %d", topic, lane, log.beginning());
    }

    private void cut(String topic, int lane) {
        var log = walk.broker.log(topic, lane);
        int length = (int) (log.end() - log.beginning());
        if (length == 0) {
            return;
        }
        log.cut(log.end() - 1 - walk.choices.of(length));
        damage(topic, lane);
        if (topic.equals(Topics.UPLOADS)) {
            uploadsCut.set(lane);
            walk.ledger.cut(lane, log.end());
        }
        walk.count("logs cut by an unclean election");
        walk.trace("an unclean election cuts %s-%d at %d", topic, lane, log.end());
    }

    private void damage(String topic, int lane) {
        damaged.set(lane);
        if (!topic.equals(Topics.UPLOADS)) {
            innerDamaged.set(lane);
        }
    }

    /** The group is empty for so long that its offsets go. */
    private void expire(int stage) {
        walk.processes().crashAll(stage);
        walk.broker.settle();
        walk.broker.wire.clear();
        walk.broker.group(stage).offsets.clear();
        damaged.set(0, walk.lanes());
        innerDamaged.set(0, walk.lanes());
        if (walk.choices.of(2) == 1 && !walk.repeatsUploads()) {
            for (int lane = 0; lane < walk.lanes(); lane++) {
                var results = walk.broker.log(Topics.RESULTS, lane);
                results.deleteBefore(results.end());
            }
            walk.event("retention", "results emptied");
        }
        walk.event(SimulationWalk.STAGES.get(stage), "groups whose offsets expired");
    }

    boolean hasDamaged(int lane) {
        return damaged.get(lane);
    }

    /** Inner topics and groups may lose what only {@code millrace.lane.behind} shows; uploads may not. */
    boolean mayStandSilently(int lane) {
        return innerDamaged.get(lane);
    }

    /** Whether every upload that has no result yet can be read again. */
    boolean canMend(int lane) {
        return !uploadsCut.get(lane)
                && next(lane) >= walk.broker.log(Topics.UPLOADS, lane).beginning();
    }

    private long next(int lane) {
        var number = walk.ledger.number(lane);
        return number == null ? 0 : number.offset() + 1;
    }

    /** Rewinds feature to the lane's number, and lets the later stages read all that they have. */
    void mend(int lane) {
        var number = walk.ledger.number(lane);
        walk.trace("the operator rewinds lane %d to %d", lane, next(lane));
        set(0, Topics.UPLOADS, lane, next(lane), new CommitMetadata(number, null, 0).format());
        set(1, Topics.FEATURES, lane, walk.broker.log(Topics.FEATURES, lane).beginning(), "");
        set(
                2,
                Topics.PREDICTIONS,
                lane,
                walk.broker.log(Topics.PREDICTIONS, lane).beginning(),
                new CommitMetadata(number, number, 0).format());
        walk.count("lanes mended by a rewind");
    }

    private void set(int stage, String topic, int lane, long offset, String metadata) {
        walk.broker
                .group(stage)
                .offsets
                .put(new TopicPartition(topic, lane), new OffsetAndMetadata(offset, Optional.empty(), metadata));
    }
}
