package dev.millrace.stage;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The processes of all stages: they start, crash and start again under the same name, and join and leave their groups. */
final class SimulatedProcesses {
    private final SimulationWalk walk;
    private final SimulationBench bench;
    private final SimulatedMember[] members =
            new SimulatedMember[SimulationWalk.STAGES.size() * SimulationWalk.MEMBERS];
    private int lives;
    private int turn;

    SimulatedProcesses(SimulationWalk walk, SimulationBench bench) {
        this.walk = walk;
        this.bench = bench;
        for (int slot = 0; slot < members.length; slot++) {
            members[slot] = member(slot);
        }
    }

    private SimulatedMember member(int slot) {
        int stage = slot / SimulationWalk.MEMBERS;
        String name = SimulationWalk.STAGES.get(stage) + "-" + slot % SimulationWalk.MEMBERS;
        return new SimulatedMember(walk, stage, name, ++lives, bench.meters(slot));
    }

    /** Lets a member go on that can do something; with all choices 0, each in turn. */
    void resumeAny() {
        turn += walk.choices.of(members.length);
        for (int tries = 0; tries < members.length; tries++) {
            var member = members[++turn % members.length];
            if (member.isAlive() && !member.isAsleep() && member.hasWork()) {
                member.resume();
                return;
            }
        }
        start(turn % members.length);
    }

    /** Starts one anew if it is dead, and wakes it if it sleeps. */
    void startAny() {
        start(walk.choices.of(members.length));
    }

    private void start(int slot) {
        if (members[slot].isAlive()) {
            members[slot].wake();
        } else {
            members[slot] = member(slot);
        }
    }

    void crashAny() {
        crash(walk.choices.of(members.length));
    }

    /** All of a stage, so that its group is empty. */
    void crashAll(int stage) {
        for (int member = 0; member < SimulationWalk.MEMBERS; member++) {
            crash(stage * SimulationWalk.MEMBERS + member);
        }
        walk.broker.group(stage).rebalance(List.of(), walk.choices);
    }

    private void crash(int slot) {
        if (members[slot].isAlive()) {
            walk.event(members[slot], members[slot].isAmidStep() ? "crashes amid a poll" : "crashes between polls");
            members[slot].crash();
        }
    }

    /** The walk is over. */
    void end() {
        for (var member : members) {
            member.crash();
        }
    }

    boolean isAlive(String id) {
        return Arrays.stream(members).anyMatch(member -> member.id.equals(id) && member.isAlive());
    }

    /** Of a stage, with all who are alive and give their lanes back, or at once, without some of them. */
    void rebalanceAny() {
        int stage = walk.choices.of(SimulationWalk.STAGES.size());
        if (walk.choices.of(2) == 0) {
            walk.event(SimulationWalk.STAGES.get(stage), "rebalances that wait for the members");
            walk.broker.group(stage).prepare();
        } else {
            rebalance(stage, null);
        }
    }

    /** @param joining member that its group waited for or does not know; null leaves some of the others out */
    void rebalance(int stage, @Nullable String joining) {
        var group = walk.broker.group(stage);
        var included = new ArrayList<String>();
        for (var member : members) {
            boolean known = group.members().contains(member.id) && member.isAlive();
            if (member.id.equals(joining) || (known && (joining != null || !walk.choices.oneIn(4)))) {
                included.add(member.id);
            }
        }
        group.rebalance(included, walk.choices);
        walk.count("rebalances");
        walk.trace("%s rebalances among %s", SimulationWalk.STAGES.get(stage), included);
    }

    /** Each member in turn. @return whether any had something to do */
    boolean resumeAll() {
        boolean moved = false;
        for (int slot = 0; slot < members.length; slot++) {
            start(slot);
            if (members[slot].hasWork()) {
                members[slot].resume();
                moved |= members[slot].hasMoved();
            }
        }
        return moved;
    }

    /** Why a lane stands, as the stages' health says. */
    List<String> alarms(int lane) {
        return Arrays.stream(members)
                .map(member -> member.alarm(lane))
                .filter(Objects::nonNull)
                .toList();
    }
}
