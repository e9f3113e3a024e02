package dev.millrace.ledger.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.ledger.fault.FaultPlan.Planned;
import dev.millrace.ledger.load.LoadPlan;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class FaultPlanTests {
    /** 5 kills, 5 suspensions and 5 terminations of services, 1 of the broker, 2 of Redis, 5 crashes. */
    private static final int ALL = 23;

    private static final List<String> CATEGORIES = List.of(
            "kill",
            "suspend",
            "terminate",
            "kill broker",
            "kill redis",
            "suspend redis",
            "crash after-send-before-commit",
            "crash after-ack-before-answer",
            "crash before-transaction-commit",
            "crash after-transaction-commit");

    @Test
    void isTheSameForTheSameSeed() {
        assertThat(plan(15, true, 3)).isEqualTo(plan(15, true, 3)).isNotEqualTo(plan(15, true, 4));
    }

    @Test
    void hasEveryCategoryAsSoonAsThereIsRoom() {
        for (long seed = 0; seed < 50; seed++) {
            assertThat(faults(10, true, seed).stream().map(Fault::category))
                    .containsExactlyInAnyOrderElementsOf(CATEGORIES);
        }
    }

    @Test
    void hasEveryFaultAsSoonAsThereIsRoom() {
        assertThat(faults(ALL, true, 1).stream().map(FaultPlanTests::kind)).doesNotHaveDuplicates();
        assertThat(faults(2 * ALL, true, 1).stream().collect(Collectors.groupingBy(FaultPlanTests::kind)))
                .hasSize(ALL)
                .allSatisfy((kind, twice) -> assertThat(twice).hasSize(2));
    }

    @Test
    void leavesCrashesOutWhereTheServicesHaveNoSuchPoints() {
        assertThat(faults(100, false, 1)).noneMatch(fault -> fault instanceof Fault.Crash);
    }

    @Test
    void suspendsForLongerThanTheTimeouts() {
        assertThat(faults(100, false, 1))
                .filteredOn(fault -> fault instanceof Fault.Suspend)
                .isNotEmpty()
                .allSatisfy(fault -> assertThat(((Fault.Suspend) fault).length())
                        .isBetween(Duration.ofSeconds(12), Duration.ofSeconds(15)));
    }

    @Test
    void leavesRoomForEachRecovery() {
        var length = FaultPlan.shortest(15).plusSeconds(100);
        var times = FaultPlan.of(15, length, true, LoadPlan.random(5)).faults().stream()
                .map(Planned::at)
                .toList();

        assertThat(times).isSorted();
        assertThat(times.getFirst()).isGreaterThanOrEqualTo(FaultPlan.CALM.toNanos());
        assertThat(times.getLast())
                .isLessThanOrEqualTo(
                        length.minus(FaultPlan.CALM).minus(FaultPlan.SPACING).toNanos());
        assertThat(LongStream.range(1, 15).map(i -> times.get((int) i) - times.get((int) i - 1)))
                .allMatch(gap -> gap >= FaultPlan.SPACING.toNanos());
    }

    @Test
    void refusesARunThatIsTooShort() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FaultPlan.of(4, Duration.ofSeconds(60), true, LoadPlan.random(5)))
                .withMessageContaining("for 4 faults");
    }

    private static FaultPlan plan(int count, boolean crashes, long seed) {
        return FaultPlan.of(count, FaultPlan.shortest(count), crashes, LoadPlan.random(seed));
    }

    private static List<Fault> faults(int count, boolean crashes, long seed) {
        return plan(count, crashes, seed).faults().stream().map(Planned::fault).toList();
    }

    private static String kind(Fault fault) {
        return fault.category() + " " + fault.part();
    }
}
