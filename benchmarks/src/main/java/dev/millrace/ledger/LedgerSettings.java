package dev.millrace.ledger;

import dev.millrace.ledger.fault.FaultPlan;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How a run is to be.
 *
 * @param records uploads, 1 or more
 * @param faults how many, 0 or more
 * @param fresh how many uploads in a hundred carry a text that none before carried, 0 to 100
 * @param rate uploads a second on average; by the system's capacity and the number of faults if absent
 * @param patience how long to wait for results once none come any more, and for the HTTP API to show one
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
        Duration patience,
        boolean crashes,
        Path folder,
        String version) {
    public static final Duration PATIENCE = Duration.ofSeconds(60);

    public LedgerSettings {
        require(records >= 1, "records", records, "1 or more");
        require(faults >= 0, "faults", faults, "0 or more");
        require(fresh >= 0 && fresh <= 100, "fresh", fresh, "0 to 100");
        double highest = highestRate(records, faults);
        require(
                rate == null || (rate > 0 && rate <= highest),
                "rate",
                rate,
                String.format(Locale.ROOT, "more than 0, and at most %.1f so that %d faults fit in", highest, faults));
    }

    /** Uploads a second at which the run is just long enough for the faults. */
    double highestRate() {
        return highestRate(records, faults);
    }

    private static double highestRate(int records, int faults) {
        return records / (FaultPlan.shortest(faults).toMillis() / 1e3);
    }

    private static void require(boolean holds, String name, @Nullable Object value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException("%s: %s (expected: %s)".formatted(name, value, expected));
        }
    }
}
