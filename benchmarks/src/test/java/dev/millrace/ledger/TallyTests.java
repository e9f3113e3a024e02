package dev.millrace.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;

class TallyTests {
    private final Tally tally = new Tally();

    @Test
    void countsWhatWaitsForAResult() {
        tally.accepted(new UUID(0, 1));
        tally.accepted(new UUID(0, 2));
        tally.answered(new UUID(0, 1));

        assertThat(tally.backlog()).isEqualTo(1);
    }

    @Test
    void letsAResultComeBeforeTheAcceptance() {
        tally.answered(new UUID(0, 1));
        tally.accepted(new UUID(0, 1));

        assertThat(tally.backlog()).isZero();
        assertThat(tally.accepted()).isEqualTo(1);
        assertThat(tally.answered()).isEqualTo(1);
    }
}
