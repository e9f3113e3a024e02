package dev.millrace.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PaceTests {
    @Test
    void staysAtHalfTheCapacity() {
        var pace = Pace.of(settings(20_000, 4, null), 100.0);

        assertThat(pace.rate()).isEqualTo(50);
        assertThat(pace.length()).hasSeconds(400);
    }

    @Test
    void isSlowEnoughForTheFaultsToFitIn() {
        var pace = Pace.of(settings(1_500, 4, null), 100.0);

        assertThat(pace.length()).isEqualTo(Duration.ofSeconds(20 + 4 * 18));
        assertThat(pace.rate()).isBetween(16.0, 17.0);
    }

    @Test
    void takesTheRateThatIsAskedFor() {
        assertThat(Pace.of(settings(1_000, 0, 40.0), null).rate()).isEqualTo(40);
    }

    @Test
    void refusesARateThatLeavesNoRoomForTheFaults() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings(1_000, 10, 40.0))
                .withMessage("rate: 40.0 (expected: more than 0, and at most 5.0 so that 10 faults fit in)");
    }

    @Test
    void refusesAKindOfFaultThatThereIsNot() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LedgerSettings(
                        1, 1, Set.of("kil"), 1, 50, null, LedgerSettings.PATIENCE, Path.of("."), "test"))
                .withMessageStartingWith("kinds: kil (expected: one of [commit-lost,");
    }

    private static LedgerSettings settings(int records, int faults, @Nullable Double rate) {
        return new LedgerSettings(
                records, faults, Set.of("kill"), 1, 50, rate, LedgerSettings.PATIENCE, Path.of("."), "test");
    }
}
