package dev.millrace.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HopTests {
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

    @Test
    void readsWhatItWrites() {
        var hops = List.of(
                new Hop("collector", NOON, NOON.plusMillis(3)),
                new Hop("feature", NOON.plusMillis(5), NOON.plusMillis(40)));

        assertThat(Hop.parse(Hop.format(hops))).isEqualTo(hops);
    }

    @Test
    void neverTakesNegativeTime() {
        assertThat(new Hop("feature", NOON, NOON.minusSeconds(1)).duration()).isEqualTo(Duration.ZERO);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "feature",
                "feature=",
                "feature=1",
                "=1-2",
                "feature=a-b",
                "FEATURE=1-2",
                "feature=99999999999999999999-1"
            })
    void leavesOutAnEntryThatCannotBeRead(String entry) {
        assertThat(Hop.parse("collector=1-2," + entry)).extracting(Hop::service).containsExactly("collector");
    }

    @Test
    void hasNoHopsWithoutAHeader() {
        assertThat(Hop.parse(null)).isEmpty();
    }

    @Test
    void refusesAServiceNameThatWouldBreakTheHeader() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Hop("a,b=1", NOON, NOON));
    }
}
