package dev.millrace.ledger.report;

import dev.millrace.ledger.audit.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything about a run.
 *
 * @param length of the time in which uploads were to be sent, seconds
 * @param rate uploads a second, on average
 * @param capacity what the system did in a burst before the run, uploads a second; null if there was none
 * @param texts how many of the texts differ
 * @param versions of Millrace, Kafka and Java
 * @param machine what it ran on
 * @param faultsPlanned how many were to strike
 * @param latency of all uploads
 * @param calm of those that no fault touched: before the first one and after each recovery
 * @param timeline second by second
 * @param failure why the run came to an early end, empty if it did not
 */
public record LedgerReport(
        Instant beganAt,
        long seed,
        int records,
        int fresh,
        double length,
        double rate,
        @Nullable Double capacity,
        int texts,
        Map<String, String> versions,
        Map<String, String> machine,
        int faultsPlanned,
        Verdict verdict,
        Latency latency,
        Latency calm,
        List<FaultEffect> faults,
        List<Second> timeline,
        String failure) {
    public LedgerReport {
        faults = List.copyOf(faults);
        timeline = List.copyOf(timeline);
    }

    /** One second of a run. @param backlog accepted uploads without a result, at its end */
    public record Second(int second, Latency latency, int backlog) {}

    /** Whether every fault struck, services ended as they should when asked to, and nothing is wrong. */
    public boolean isClean() {
        return failure.isEmpty()
                && verdict.isClean()
                && verdict.posted() == records
                && faults.size() == faultsPlanned
                && faults.stream().allMatch(FaultEffect::isOrderly);
    }
}
