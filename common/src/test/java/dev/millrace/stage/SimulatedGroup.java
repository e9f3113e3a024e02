package dev.millrace.stage;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * A consumer group at its coordinator. A rebalance is prepared, so that members give their lanes back first, or it takes
 * effect at once: members that poll late go on with the generation and the lanes they had, and are fenced.
 */
final class SimulatedGroup {
    final Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    private final List<TopicPartition> lanes;
    private final Map<TopicPartition, String> owners = new LinkedHashMap<>();
    private List<String> members = List.of();
    private final Set<String> awaited = new LinkedHashSet<>();
    private int generation;

    SimulatedGroup(List<TopicPartition> lanes) {
        this.lanes = lanes;
    }

    List<TopicPartition> lanes() {
        return lanes;
    }

    int generation() {
        return generation;
    }

    List<String> members() {
        return members;
    }

    /** Asks the members to give their lanes back; until the last has, or is left out, their generation goes on. */
    void prepare() {
        awaited.addAll(members);
    }

    boolean awaits(String member) {
        return awaited.contains(member);
    }

    /** @return whether all have given their lanes back */
    boolean rejoin(String member, Predicate<String> alive) {
        awaited.remove(member);
        awaited.removeIf(alive.negate());
        return awaited.isEmpty();
    }

    /** A new generation of these members. */
    void rebalance(List<String> members, SimulationChoices choices) {
        this.members = List.copyOf(members);
        generation++;
        awaited.clear();
        owners.clear();
        if (!members.isEmpty()) {
            lanes.forEach(lane -> owners.put(lane, members.get(choices.of(members.size()))));
        }
    }

    List<TopicPartition> lanesOf(String member) {
        var owned = new ArrayList<TopicPartition>();
        owners.forEach((lane, owner) -> {
            if (owner.equals(member)) {
                owned.add(lane);
            }
        });
        return owned;
    }

    boolean isCurrent(String member, int generation) {
        return generation == this.generation && members.contains(member);
    }

    /** @throws CommitFailedException if the member is of an older generation */
    void requireCurrent(String member, int generation) {
        if (!isCurrent(member, generation)) {
            throw new CommitFailedException(
                    "generation %d of %s (expected: %d)".formatted(generation, member, this.generation));
        }
    }
}
