package dev.millrace.stage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The consumer of one member: what the stages call of it, and the poll that its container would make. */
final class SimulatedConsumer {
    private static final int MAX_POLL_RECORDS = 3;

    private final SimulationWalk walk;
    private final SimulatedMember member;
    private final SimulatedGroup group;
    private final Map<TopicPartition, Position> positions = new LinkedHashMap<>();
    private final Set<TopicPartition> paused = new HashSet<>();
    private List<TopicPartition> lanes = List.of();
    private int generation = -1;

    SimulatedConsumer(SimulationWalk walk, SimulatedMember member) {
        this.walk = walk;
        this.member = member;
        this.group = walk.broker.group(member.stage);
    }

    /** @param epoch of the record before it, by which the broker says whether the log still is the same one */
    private record Position(long offset, @Nullable Integer epoch) {}

    boolean isCurrent() {
        return group.isCurrent(member.id, generation);
    }

    List<TopicPartition> lanes() {
        return lanes;
    }

    /** Whether the group waits for this member, so that it can make a new generation. */
    boolean isAwaited() {
        return group.awaits(member.id);
    }

    /** The member has given its lanes back and waits for the others. */
    void rejoin() {
        lanes = List.of();
        if (group.rejoin(member.id, walk.processes()::isAlive)) {
            walk.processes().rebalance(member.stage, member.id);
        }
    }

    /** Takes the lanes of the group's generation. */
    void join() {
        if (!group.members().contains(member.id)) {
            walk.processes().rebalance(member.stage, member.id);
        }
        generation = group.generation();
        lanes = group.lanesOf(member.id);
        positions.clear();
        paused.clear();
        walk.trace("%s joins generation %d: %s", member, generation, lanes);
    }

    List<ConsumerRecord<byte[], byte[]>> poll() {
        var polled = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        for (var lane : lanes) {
            var position = paused.contains(lane) ? null : validPosition(lane);
            if (position != null) {
                var log = walk.broker.log(lane);
                var fetched = log.read(position.offset(), log.stableEnd(), MAX_POLL_RECORDS, true);
                var records = fetched.records();
                positions.put(
                        lane,
                        new Position(
                                fetched.next(),
                                records.isEmpty()
                                        ? position.epoch()
                                        : records.getLast().leaderEpoch().orElse(null)));
                polled.addAll(member.memory.deliver(lane, records));
            }
        }
        return polled;
    }

    /** Where to read on; null if the lane must wait or has just been stalled, as the container's error handler does. */
    private @Nullable Position validPosition(TopicPartition lane) {
        var position = positions.get(lane);
        if (position == null) {
            if (!isReadable(lane)) {
                return null;
            }
            var commit = group.offsets.get(lane);
            if (commit == null) {
                stall(lane, "no offset");
                return null;
            }
            position = new Position(commit.offset(), commit.leaderEpoch().orElse(null));
        }
        var log = walk.broker.log(lane);
        boolean cut = position.epoch() != null
                && log.endOf(position.epoch()) < position.offset()
                && walk.mutation != SimulationMutation.EPOCHS_IGNORED;
        if (!cut && position.offset() >= log.beginning() && position.offset() <= log.end()) {
            return position;
        }
        if (walk.mutation == SimulationMutation.AUTOMATIC_RESET && !cut) {
            return new Position(log.beginning(), null);
        }
        positions.put(lane, new Position(position.offset(), null));
        stall(lane, cut ? "log cut" : "out of range");
        return null;
    }

    private void stall(TopicPartition lane, String why) {
        Positions.stall(member.consumer(), lane, new StalledException(Stall.OUT_OF_RANGE, why), member.meters);
    }

    private boolean isReadable(TopicPartition lane) {
        return walk.broker.isStable(lane) || walk.mutation == SimulationMutation.UNSTABLE_OFFSETS;
    }

    Map<TopicPartition, OffsetAndMetadata> committed(Set<TopicPartition> asked) {
        member.at("committed");
        if (walk.fault()) {
            walk.event(member, "offset fetches that timed out");
            throw new TimeoutException("offsets not fetched");
        }
        for (int tries = 0; !asked.stream().allMatch(this::isReadable); tries++) {
            walk.event(member, "offset fetches that waited for a transaction");
            if (tries == 4) {
                throw new TimeoutException("offsets not stable");
            }
            member.await("stable offsets");
        }
        var committed = new HashMap<TopicPartition, OffsetAndMetadata>();
        for (var lane : asked) {
            var commit = member.memory.commit(lane, group.offsets.get(lane));
            if (commit != null) {
                committed.put(lane, commit);
            }
        }
        walk.trace("%s fetches commits %s", member, committed);
        member.at("committed");
        return committed;
    }

    Map<TopicPartition, Long> beginningOffsets(Collection<TopicPartition> asked) {
        member.at("beginningOffsets");
        var beginnings = new HashMap<TopicPartition, Long>();
        asked.forEach(lane -> beginnings.put(lane, walk.broker.log(lane).beginning()));
        return beginnings;
    }

    void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets, Duration patience) {
        commitSync(offsets);
    }

    void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets) {
        member.at("commitSync");
        int sentIn = generation;
        Map<TopicPartition, OffsetAndMetadata> sent = new HashMap<>();
        offsets.forEach((lane, commit) -> sent.put(lane, mutated(lane, commit)));
        Runnable lands = () -> {
            group.requireCurrent(member.id, sentIn);
            group.offsets.putAll(sent);
            walk.trace("%s commits %s", member, sent);
        };
        switch (walk.faultOf(4)) {
            case 1 -> throw timeout("commits lost");
            case 2 -> {
                lands.run();
                throw timeout("commits that landed without acknowledgement");
            }
            case 3 -> {
                walk.broker.wire.add(() -> {
                    if (group.isCurrent(member.id, sentIn)) {
                        walk.event(member, "commits that landed late");
                        lands.run();
                    }
                });
                throw timeout("commits under way as their sender gave up");
            }
            default -> {
                try {
                    lands.run();
                } catch (RuntimeException e) {
                    walk.event(member, "commits refused to a member that lost its lanes");
                    throw e;
                }
            }
        }
        member.at("commitSync");
    }

    private TimeoutException timeout(String kind) {
        walk.event(member, kind);
        return new TimeoutException(kind);
    }

    private OffsetAndMetadata mutated(TopicPartition lane, OffsetAndMetadata commit) {
        var position = positions.get(lane);
        return switch (walk.mutation) {
            case POSITION_COMMITTED ->
                position == null || !advances(lane, commit)
                        ? commit
                        : new OffsetAndMetadata(position.offset(), commit.leaderEpoch(), commit.metadata());
            case METADATA_LOST -> new OffsetAndMetadata(commit.offset(), commit.leaderEpoch(), "");
            default -> commit;
        };
    }

    private boolean advances(TopicPartition lane, OffsetAndMetadata commit) {
        var before = group.offsets.get(lane);
        return commit.offset() > (before == null ? 0 : before.offset());
    }

    void seek(TopicPartition lane, long offset) {
        seekTo(lane, new Position(offset, null));
    }

    void seek(TopicPartition lane, OffsetAndMetadata commit) {
        seekTo(lane, new Position(commit.offset(), commit.leaderEpoch().orElse(null)));
    }

    private void seekTo(TopicPartition lane, Position position) {
        if (!lanes.contains(lane)) {
            throw new IllegalStateException("No current assignment for partition " + lane);
        }
        if (walk.mutation != SimulationMutation.NO_SEEK_BACK || member.stage == 2 || !positions.containsKey(lane)) {
            walk.trace("%s seeks %s to %d", member, lane, position.offset());
            positions.put(lane, position);
        }
    }

    void pause(Collection<TopicPartition> stalled) {
        walk.trace("%s pauses %s", member, stalled);
        paused.addAll(stalled);
        stalled.forEach(lane -> walk.stalled(member, lane.partition(), isCurrent()));
    }

    Set<TopicPartition> paused() {
        return Set.copyOf(paused);
    }

    /** One that knows of its loss has no generation; another still shows the one it had. */
    ConsumerGroupMetadata groupMetadata() {
        boolean knows = !isCurrent() && walk.choices.of(2) == 1;
        return new ConsumerGroupMetadata(
                "postprocessor", knows ? -1 : generation, knows ? "" : member.id, Optional.empty());
    }
}
