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

    static Pace of(LedgerSettings settings, double capacity) {
        double rate = settings.rate() != null
                ? settings.rate()
                : Math.min(MAX_RATE, Math.min(settings.highestRate(), SHARE * capacity));
        long millis = (long) Math.ceil(settings.records() / rate * 1e3);
        return new Pace(
                rate,
                capacity,
                Duration.ofMillis(
                        Math.max(millis, FaultPlan.shortest(settings.faults()).toMillis())));
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
