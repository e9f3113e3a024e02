package dev.millrace.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OutcomeKindTests {
    @ParameterizedTest
    @EnumSource
    void readsWhatItWrites(OutcomeKind kind) {
        assertThat(OutcomeKind.of(kind.header())).isEqualTo(kind);
    }

    @Test
    void isAValueWithoutAHeader() {
        assertThat(OutcomeKind.of(null)).isEqualTo(OutcomeKind.VALUE);
    }

    @Test
    void refusesAnother() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OutcomeKind.of("VALUE"))
                .withMessageContaining("'VALUE' (expected: value, known, failed or expired)");
    }
}
