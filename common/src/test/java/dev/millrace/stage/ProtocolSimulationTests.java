package dev.millrace.stage;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/**
 * Drives the real stages through simulated clients and a simulated broker, with all that may go wrong there; {@code
 * docs/protocol-simulation.md} says what that is and how often which fault is noticed.
 */
class ProtocolSimulationTests {
    private static final long SEED = Long.getLong("millrace.simulation.seed", 1);
    private static final int WALKS = Integer.getInteger("millrace.simulation.walks", SimulationMutation.NONE.walks);

    /** What a run must hold to mean anything. */
    private static final String[] EVENTS = {
        "alarms",
        "commits lost",
        "commits refused to a member that lost its lanes",
        "commits that landed late",
        "commits that landed without acknowledgement",
        "crashes amid a poll",
        "crashes between polls",
        "dead letters CRASHED_PROCESS",
        "dead letters RESULT_TOO_LARGE",
        "groups whose offsets expired",
        "lanes mended by a rewind",
        "lanes that stand: FORK",
        "lanes that stand: NUMBER_MISSING",
        "lanes that stand: OUT_OF_RANGE",
        "logs cut by an unclean election",
        "logs shortened by retention",
        "markers among the uploads",
        "members that went on amid a poll after they had lost their lanes",
        "offset fetches that waited for a transaction",
        "reads of the number that waited for a transaction",
        "rebalances",
        "rebalances that wait for the members",
        "records judged accepted",
        "records judged duplicate",
        "records judged gap",
        "records judged repeat",
        "records that the broker never takes",
        "results emptied",
        "results that landed late in an open transaction",
        "sends lost",
        "sends that failed at once",
        "sends that landed late",
        "sends that landed without acknowledgement",
        "transactions aborted by the next producer",
        "transactions aborted by their timeout",
        "transactions committed late",
        "transactions refused to a member that lost its lanes",
        "unknown commits that did not land",
        "unknown commits that landed",
    };

    @Test
    void publishesEveryUploadOnceInEachWalk() throws Exception {
        var run = SimulationRun.of(SimulationMutation.NONE, SEED, WALKS);

        System.out.printf(
                "protocol simulation: %d walks from seed %d, %d distinct, %d results, fingerprint %x%n",
                WALKS, SEED, run.distinctWalks(), run.results(), run.fingerprint());
        run.events().forEach((event, count) -> System.out.printf("| %s | %,d |%n", event, count));
        Long failed = run.firstCaught();
        assertThat(run.violations())
                .as(() -> failed == null ? "" : explanation(SimulationMutation.NONE, failed))
                .isEmpty();
        if (WALKS >= SimulationMutation.NONE.walks) {
            assertThat(run.distinctWalks()).isGreaterThan(WALKS * 99 / 100);
            assertThat(run.events()).containsKeys(EVENTS);
        }
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
    void notices(SimulationMutation mutation) throws Exception {
        var run = SimulationRun.of(mutation, SEED, mutation.walks);

        System.out.printf(
                "| %s | %,d of %,d | %s | %d |%n",
                mutation.label, run.caught(), mutation.walks, run.violations(), run.firstCaught());
        assertThat(run.caught()).isGreaterThanOrEqualTo(mutation.leastCaught);
    }

    @Test
    void walksAlikeFromTheSameSeed() throws Exception {
        for (long seed = SEED; seed < SEED + 100; seed++) {
            var first = SimulationRun.replay(SimulationMutation.NONE, seed);
            var second = SimulationRun.replay(SimulationMutation.NONE, seed);

            assertThat(second.trace()).isEqualTo(first.trace());
            assertThat(second.hash()).isEqualTo(first.hash());
        }
        assertThat(SimulationRun.of(SimulationMutation.NONE, SEED, 200).fingerprint())
                .isEqualTo(SimulationRun.of(SimulationMutation.NONE, SEED, 200).fingerprint());
    }

    @Test
    void shrinksAFailingWalkToTheSameViolation() throws Exception {
        var mutation = SimulationMutation.FIRST_RECORD_ACCEPTED;
        long seed = requireNonNull(SimulationRun.of(mutation, 1, 100).firstCaught());

        var whole = SimulationRun.replay(mutation, seed);
        var shrunk = SimulationRun.shrink(mutation, seed);

        assertThat(shrunk.violation()).isEqualTo(whole.violation());
        assertThat(shrunk.trace()).hasSizeLessThan(whole.trace().size());
        assertThat(explanation(mutation, seed)).contains("seed %d".formatted(seed), "-Dmillrace.simulation.seed");
    }

    private static String explanation(SimulationMutation mutation, long seed) {
        try {
            return SimulationRun.explain(mutation, seed);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
