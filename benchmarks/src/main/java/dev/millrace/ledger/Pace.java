package dev.millrace.ledger;

import static java.util.Objects.requireNonNull;

import dev.millrace.ledger.fault.FaultPlan;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How fast uploads are sent.
 *
 * @param rate uploads a second
 * @param capacity what the system can do, uploads a second; null if it was not measured
 * @param length until the last upload is to be sent
 */
record Pace(double rate, @Nullable Double capacity, Duration length) {
    /** The rest is for the time after a fault, when the backlog is worked off, and for repeated work. */
    private static final double SHARE = 0.5;

    private static final double MAX_RATE = 500;

    /** @param capacity needed where the settings name no rate */
    static Pace of(LedgerSettings settings, @Nullable Double capacity) {
        double rate = settings.rate() != null
                ? settings.rate()
                : Math.min(MAX_RATE, Math.min(settings.highestRate(), SHARE * requireNonNull(capacity, "capacity")));
        long millis = (long) Math.ceil(settings.records() / rate * 1e3);
        return new Pace(
                rate,
                capacity,
                Duration.ofMillis(Math.max(
                        millis, FaultPlan.shortest(settings.chosenFaults()).toMillis())));
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.1f uploads a second for %d s", rate, length.toSeconds())
                + (capacity == null ? "" : String.format(Locale.ROOT, "; a burst showed a capacity of %.0f", capacity));
    }
}
