package dev.millrace.ledger;

import dev.millrace.ledger.fault.FaultPlan;
import java.time.Duration;
import java.util.Locale;

/**
 * How fast uploads are sent.
 *
 * @param rate uploads a second
 * @param capacity what the system can do, uploads a second
 * @param length until the last upload is to be sent
 */
record Pace(double rate, double capacity, Duration length) {
    /** The rest is for the time after a fault, when the backlog is worked off, and for repeated work. */
    private static final double SHARE = 0.5;

    private static final double MAX_RATE = 500;

    /** @throws IllegalArgumentException if so many faults do not fit into a run of the rate that is asked for */
    static Pace of(LedgerSettings settings, double capacity) {
        double shortest = FaultPlan.shortest(settings.faults()).toMillis() / 1e3;
        Double asked = settings.rate();
        double most = settings.records() / shortest;
        if (asked != null && asked > most) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "--rate: %.1f (expected: at most %.1f, so that %d faults fit in)",
                    asked,
                    most,
                    settings.faults()));
        }
        double rate = asked != null ? asked : Math.min(MAX_RATE, Math.min(most, SHARE * capacity));
        double length = Math.max(shortest, settings.records() / rate);
        return new Pace(rate, capacity, Duration.ofMillis((long) Math.ceil(length * 1e3)));
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%.1f uploads a second for %d s; a burst showed a capacity of %.0f",
                rate,
                length.toSeconds(),
                capacity);
    }
}
