package dev.millrace.stage;

import static dev.millrace.stage.TestRecords.NOW;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contract.Origin;
import dev.millrace.contract.Topics;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * One run of three stages with two members each from some uploads to their results: first amid faults, then in peace, in
 * which everything must come out that no fault has destroyed.
 */
final class SimulationWalk {
    static final List<String> STAGES = List.of("feature", "inference", "postprocessor");
    static final int MEMBERS = 2;
    static final int MOST_LANES = 2;
    private static final int MOST_UPLOADS = 5;
    private static final int MOST_ROUNDS = 400;

    final SimulationChoices choices;
    final SimulationMutation mutation;
    final SimulatedBroker broker;
    final SimulationLedger ledger;
    private final SimulationBench bench;
    private final SimulatedOperator operator;
    private final SimulatedProcesses processes;
    private final Thread thread = Thread.currentThread();
    private final @Nullable SimulationTrace trace;
    private final int[] uploadsLeft;
    private final boolean repeatsUploads;
    private final int pace;
    private final int calm;
    private int damagesLeft;
    private int uploads;
    private boolean faulty;
    private Instant now = NOW;
    private @Nullable SimulationViolation violation;
    private String detail = "";

    SimulationWalk(SimulationMutation mutation, SimulationChoices choices, SimulationBench bench, boolean traced) {
        this.mutation = mutation;
        this.choices = choices;
        this.bench = bench;
        trace = traced ? new SimulationTrace() : null;
        uploadsLeft = new int[choices.oneIn(4) ? MOST_LANES : 1];
        Arrays.setAll(uploadsLeft, lane -> 2 + choices.of(MOST_UPLOADS - 1));
        repeatsUploads = choices.oneIn(5);
        pace = 4 + 4 * choices.of(3);
        calm = 4 + 8 * choices.of(3);
        damagesLeft = choices.oneIn(4) ? 1 + choices.of(2) : 0;
        broker = new SimulatedBroker(this, uploadsLeft.length);
        ledger = new SimulationLedger(this, uploadsLeft.length);
        operator = new SimulatedOperator(this);
        processes = new SimulatedProcesses(this, bench);
    }

    /** @param violation null if all was well */
    record Outcome(
            @Nullable SimulationViolation violation,
            String detail,
            int results,
            int[] choices,
            long hash,
            List<String> trace) {}

    Outcome run() {
        if (choices.of(2) == 1) {
            post(0);
            runInPeace();
        }
        faulty = true;
        for (int steps = 10 + choices.of(190); steps > 0 && violation == null; steps--) {
            now = now.plusMillis(100);
            step();
        }
        faulty = false;
        if (violation == null) {
            finish();
        }
        processes.end();
        return new Outcome(
                violation,
                detail,
                ledger.results(),
                choices.taken(),
                choices.hash(),
                trace == null ? List.of() : trace.lines());
    }

    /** What happens next; with all choices 0, each member in turn. */
    private void step() {
        int what = choices.of(100);
        if (what < 70) {
            processes.resumeAny();
        } else if (what < 77) {
            post(choices.of(uploadsLeft.length));
        } else if (what < 82) {
            broker.deliverLate();
        } else if (what < 89) {
            broker.work();
        } else if (what < 92) {
            processes.rebalanceAny();
        } else if (what < 94) {
            processes.crashAny();
        } else if (what < 98) {
            processes.startAny();
        } else if (damagesLeft > 0) {
            damagesLeft--;
            operator.destroy();
        }
    }

    void post(int lane) {
        if (uploadsLeft[lane] == 0) {
            return;
        }
        uploadsLeft[lane]--;
        uploads++;
        var log = broker.log(Topics.UPLOADS, lane);
        if (choices.oneIn(8)) {
            count("markers among the uploads");
            log.mark();
        }
        var id = TestRecords.id(uploads);
        if (repeatsUploads && choices.oneIn(2)) {
            id = new UUID(0x8000L, Long.MIN_VALUE | lane);
        }
        String body = choices.oneIn(12) ? SimulatedProducer.UNSENDABLE : "upload";
        var record = log.append(
                new ProducerRecord<>(
                        Topics.UPLOADS,
                        lane,
                        null,
                        new byte[0],
                        (body + " " + uploads).getBytes(UTF_8),
                        TestRecords.headers(id)),
                null,
                now);
        ledger.accepted(
                lane,
                id.toString(),
                new Origin(TestRecords.INCARNATION, record.leaderEpoch().orElse(0), record.offset()));
        trace("upload %s at %d-%d", id, lane, record.offset());
    }

    /** No more faults: whatever no fault has destroyed must come out. */
    private void finish() {
        for (int lane = 0; lane < uploadsLeft.length; lane++) {
            while (uploadsLeft[lane] > 0) {
                post(lane);
            }
        }
        while (!broker.wire.isEmpty()) {
            broker.deliverLate();
        }
        runInPeace();
        for (int lane = 0; lane < uploadsLeft.length; lane++) {
            if (!ledger.isComplete(lane)) {
                // A loss at the end of a log shows with the next upload.
                uploadsLeft[lane] = 1;
                post(lane);
            }
        }
        runInPeace();
        var mended = new ArrayList<Integer>();
        for (int lane = 0; lane < uploadsLeft.length && violation == null; lane++) {
            if (!ledger.isComplete(lane) && stands(lane)) {
                mended.add(lane);
            }
        }
        if (!mended.isEmpty()) {
            for (int stage = 0; stage < STAGES.size(); stage++) {
                processes.crashAll(stage);
            }
            mended.forEach(operator::mend);
            runInPeace();
            for (int lane : mended) {
                if (!ledger.isComplete(lane)) {
                    violated(SimulationViolation.NOT_MENDED, "lane %d".formatted(lane));
                }
            }
        }
    }

    /** Whether an operator can mend the lane that stands. */
    private boolean stands(int lane) {
        var alarms = processes.alarms(lane);
        if (!operator.hasDamaged(lane)) {
            violated(SimulationViolation.STALL, "lane %d %s".formatted(lane, alarms));
        } else if (alarms.isEmpty() && !operator.mayStandSilently(lane)) {
            violated(SimulationViolation.NO_ALARM, "lane %d".formatted(lane));
        }
        count("lanes that stand: "
                + (alarms.isEmpty()
                        ? "seen by their number alone"
                        : alarms.getFirst().split(":")[0]));
        return operator.canMend(lane);
    }

    private void runInPeace() {
        int idle = 0;
        for (int round = 0; idle < 2 && violation == null; round++) {
            idle = processes.resumeAll() ? 0 : idle + 1;
            broker.settle();
            now = now.plusMillis(100);
            if (round == MOST_ROUNDS) {
                violated(SimulationViolation.LIVELOCK, "after %d rounds".formatted(round));
            }
        }
    }

    /** @param owned whether the member still has the lane; one that has lost it looks at what others have moved on */
    void stalled(SimulatedMember member, int lane, boolean owned) {
        count(owned ? "alarms" : "alarms of members that had lost the lane");
        if (owned && !operator.hasDamaged(lane)) {
            violated(SimulationViolation.FALSE_ALARM, "%s stalls lane %d".formatted(member, lane));
        }
    }

    void violated(SimulationViolation kind, String what) {
        trace("%s: %s", kind, what);
        if (violation == null) {
            violation = kind;
            detail = what;
        }
    }

    /** Whether a member is to hand the turn over. */
    boolean pauses() {
        return faulty && choices.oneIn(pace);
    }

    boolean fault() {
        return faulty && choices.oneIn(calm);
    }

    /** 0 for no fault, else which of {@code kinds − 1}. */
    int faultOf(int kinds) {
        return fault() ? 1 + choices.of(kinds - 1) : 0;
    }

    boolean isFaulty() {
        return faulty;
    }

    SimulatedProcesses processes() {
        return processes;
    }

    boolean repeatsUploads() {
        return repeatsUploads;
    }

    int lanes() {
        return uploadsLeft.length;
    }

    Instant now() {
        return now;
    }

    Thread thread() {
        return thread;
    }

    void count(String event) {
        bench.count(event);
    }

    /** Counts what happened, and tells of it. */
    void event(Object whom, String event) {
        count(event);
        trace("%s: %s", whom, event);
    }

    void trace(String format, Object... arguments) {
        if (trace != null) {
            trace.add(format, arguments);
        }
    }
}
