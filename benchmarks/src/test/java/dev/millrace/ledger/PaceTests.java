package dev.millrace.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.ledger.fault.FaultPlan;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PaceTests {
    @Test
    void staysAtHalfTheCapacity() {
        var pace = Pace.of(settings(20_000, 4, null), 100);

        assertThat(pace.rate()).isEqualTo(50);
        assertThat(pace.length()).hasSeconds(400);
    }

    @Test
    void isSlowEnoughForTheFaultsToFitIn() {
        var pace = Pace.of(settings(1_500, 4, null), 100);

        assertThat(pace.length()).isEqualTo(FaultPlan.shortest(4));
        assertThat(pace.rate()).isBetween(16.0, 17.0);
    }

    @Test
    void takesTheRateThatIsAskedFor() {
        assertThat(Pace.of(settings(1_000, 0, 40.0), 10).rate()).isEqualTo(40);
    }

    @Test
    void refusesARateThatLeavesNoRoomForTheFaults() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings(1_000, 10, 40.0))
                .withMessage("rate: 40.0 (expected: more than 0, and at most 5.0 so that 10 faults fit in)");
    }

    private static LedgerSettings settings(int records, int faults, @Nullable Double rate) {
        return new LedgerSettings(records, faults, 1, 50, rate, LedgerSettings.PATIENCE, true, Path.of("."), "test");
    }
}
