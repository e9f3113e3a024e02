package dev.millrace.ledger;

import dev.millrace.ledger.fault.Fault;
import dev.millrace.ledger.fault.FaultChoice;
import dev.millrace.ledger.fault.FaultPlan;
import dev.millrace.ledger.load.LoadPlan;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a run is to be.
 *
 * @param records uploads, 1 or more
 * @param faults how many, 0 or more
 * @param fresh how many uploads in a hundred carry a text that none before carried, 0 to 100
 * @param kinds of faults to choose from, as {@link FaultChoice#kinds}; all if empty
 * @param rate uploads a second on average; if absent, by the faults and the system's capacity, which bursts before the
 *     run then show
 * @param patience how long to wait for results once none come any more, and for the HTTP API to show one
 * @param folder where the journal is kept
 * @param version of the system
 */
public record LedgerSettings(
        int records,
        int faults,
        Set<String> kinds,
        long seed,
        int fresh,
        @Nullable Double rate,
        Duration patience,
        Path folder,
        String version) {
    public static final Duration PATIENCE = Duration.ofSeconds(60);

    public LedgerSettings {
        require(records >= 1, "records", records, "1 or more");
        require(faults >= 0, "faults", faults, "0 or more");
        require(fresh >= 0 && fresh <= 100, "fresh", fresh, "0 to 100");
        for (String kind : kinds) {
            require(FaultChoice.kinds().contains(kind), "kinds", kind, "one of " + FaultChoice.kinds());
        }
        kinds = Set.copyOf(kinds);
        double highest = highestRate(records, choose(faults, kinds, seed));
        require(
                rate == null || (rate > 0 && rate <= highest),
                "rate",
                rate,
                String.format(Locale.ROOT, "more than 0, and at most %.1f so that %d faults fit in", highest, faults));
    }

    /** Uploads a second at which the run is just long enough for the faults. */
    double highestRate() {
        return highestRate(records, chosenFaults());
    }

    /** The faults that strike, in their order. */
    List<Fault> chosenFaults() {
        return choose(faults, kinds, seed);
    }

    private static List<Fault> choose(int faults, Set<String> kinds, long seed) {
        return FaultChoice.of(faults, kinds, LoadPlan.random(seed));
    }

    private static double highestRate(int records, List<Fault> faults) {
        return records / (FaultPlan.shortest(faults).toMillis() / 1e3);
    }

    private static void require(boolean holds, String name, @Nullable Object value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException("%s: %s (expected: %s)".formatted(name, value, expected));
        }
    }
}
