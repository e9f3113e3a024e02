package dev.millrace.ledger;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How a run is to be.
 *
 * @param records uploads, 1 or more
 * @param faults how many, 0 or more
 * @param fresh how many uploads in a hundred carry a text that none before carried, 0 to 100
 * @param rate uploads a second on average; by the system's capacity and the number of faults if absent
 * @param crashes whether the services come to crash points
 * @param folder where the journal is kept
 * @param version of the system
 */
public record LedgerSettings(
        int records,
        int faults,
        long seed,
        int fresh,
        @Nullable Double rate,
        boolean crashes,
        Path folder,
        String version) {
    public LedgerSettings {
        require(records >= 1, "records", records, "1 or more");
        require(faults >= 0, "faults", faults, "0 or more");
        require(fresh >= 0 && fresh <= 100, "fresh", fresh, "0 to 100");
        require(rate == null || rate > 0, "rate", rate, "more than 0");
    }

    private static void require(boolean holds, String name, @Nullable Object value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException("%s: %s (expected: %s)".formatted(name, value, expected));
        }
    }
}
