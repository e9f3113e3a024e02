package dev.millrace.ledger.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.ledger.agent.ClientFault;
import dev.millrace.ledger.fault.FaultPlan.Planned;
import dev.millrace.ledger.load.LoadPlan;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FaultPlanTests {
    private static final List<Fault> FAULTS = List.of(
            new Fault.Kill(Part.BROKER),
            new Fault.Deceive(Part.FEATURE, ClientFault.SEND_LOST, Duration.ofSeconds(8), 1),
            FaultChoice.of(1, Set.of("zombie-before-send"), LoadPlan.random(1)).getFirst(),
            new Fault.Terminate(Part.COLLECTOR));

    @Test
    void leavesRoomForEachRecovery() {
        var length = FaultPlan.shortest(FAULTS).plusSeconds(100);
        var planned = FaultPlan.of(FAULTS, length, LoadPlan.random(5)).faults();

        assertThat(planned).extracting(Planned::fault).isEqualTo(FAULTS);
        assertThat(planned.getFirst().at()).isGreaterThanOrEqualTo(FaultPlan.CALM.toNanos());
        for (int i = 0; i < FAULTS.size(); i++) {
            long next = i + 1 < FAULTS.size()
                    ? planned.get(i + 1).at()
                    : length.minus(FaultPlan.CALM).toNanos();
            assertThat(Duration.ofNanos(next - planned.get(i).at()))
                    .isGreaterThanOrEqualTo(FAULTS.get(i).room());
        }
    }

    @Test
    void isTheSameForTheSameSeed() {
        var length = Duration.ofMinutes(10);
        assertThat(FaultPlan.of(FAULTS, length, LoadPlan.random(3)))
                .isEqualTo(FaultPlan.of(FAULTS, length, LoadPlan.random(3)))
                .isNotEqualTo(FaultPlan.of(FAULTS, length, LoadPlan.random(4)));
    }

    @Test
    void fitsIntoTheShortestRun() {
        var plan = FaultPlan.of(FAULTS, FaultPlan.shortest(FAULTS), LoadPlan.random(5));

        assertThat(plan.faults()).hasSameSizeAs(FAULTS);
        assertThat(plan.roomFrom(3)).isEqualTo(Duration.ofSeconds(45 + 18));
    }

    @Test
    void refusesARunThatIsTooShort() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FaultPlan.of(FAULTS, Duration.ofSeconds(60), LoadPlan.random(5)))
                .withMessageContaining("for 4 faults");
    }
}
