package dev.millrace.ledger.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.ledger.load.LoadPlan;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class FaultChoiceTests {
    /** 7 kills, 7 suspensions, 5 terminations, 5 crashes, 6 zombies and 12 deceptions. */
    private static final int ALL = 42;

    private static final Set<String> KINDS = Set.of(
            "kill",
            "kill-broker",
            "kill-redis",
            "suspend",
            "suspend-broker",
            "suspend-redis",
            "terminate",
            "crash-after-send-before-commit",
            "crash-after-ack-before-answer",
            "crash-before-transaction-commit",
            "crash-after-transaction-commit",
            "zombie-before-send",
            "zombie-after-send-before-commit",
            "zombie-before-transaction",
            "zombie-before-transaction-commit",
            "send-lost",
            "send-unacknowledged",
            "commit-lost",
            "commit-unacknowledged",
            "transaction-lost",
            "transaction-unacknowledged");

    @Test
    void isTheSameForTheSameSeed() {
        assertThat(faults(15, 3)).isEqualTo(faults(15, 3)).isNotEqualTo(faults(15, 4));
    }

    @Test
    void hasEveryKindAsSoonAsThereIsRoom() {
        assertThat(FaultChoice.kinds()).isEqualTo(KINDS);
        for (long seed = 0; seed < 50; seed++) {
            assertThat(faults(KINDS.size(), seed).stream().map(Fault::kind)).containsExactlyInAnyOrderElementsOf(KINDS);
        }
    }

    @Test
    void hasEveryFaultAsSoonAsThereIsRoom() {
        assertThat(faults(ALL, 1).stream().map(FaultChoiceTests::what)).doesNotHaveDuplicates();
        assertThat(faults(2 * ALL, 1).stream().collect(Collectors.groupingBy(FaultChoiceTests::what)))
                .hasSize(ALL)
                .allSatisfy((what, twice) -> assertThat(twice).hasSize(2));
    }

    @Test
    void keepsToTheKindsThatAreAskedFor() {
        assertThat(FaultChoice.of(4, Set.of("send-lost", "kill-redis"), LoadPlan.random(1)))
                .extracting(FaultChoiceTests::what)
                .containsExactlyInAnyOrder(
                        "kill-redis REDIS", "send-lost COLLECTOR", "send-lost FEATURE", "send-lost INFERENCE");
    }

    @Test
    void sleepsForLongerThanTheTimeouts() {
        assertThat(faults(ALL, 1))
                .filteredOn(fault -> fault instanceof Fault.Suspend || fault instanceof Fault.Zombie)
                .isNotEmpty()
                .allSatisfy(fault -> assertThat(
                                fault instanceof Fault.Zombie zombie
                                        ? zombie.length()
                                        : ((Fault.Suspend) fault).length())
                        .isBetween(Duration.ofSeconds(12), Duration.ofSeconds(15)));
    }

    private static List<Fault> faults(int count, long seed) {
        return FaultChoice.of(count, Set.of(), LoadPlan.random(seed));
    }

    private static String what(Fault fault) {
        return fault.kind() + " " + fault.part();
    }
}
