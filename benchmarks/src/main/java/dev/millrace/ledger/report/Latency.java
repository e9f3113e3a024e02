package dev.millrace.ledger.report;

import java.util.Collection;
import org.HdrHistogram.Histogram;

/**
 * A distribution of latencies, from the time when an upload was to be sent to the arrival of its result.
 *
 * @param count uploads
 * @param p50 median, milliseconds, to three digits; all are 0 if there is no upload
 */
public record Latency(long count, double p50, double p90, double p99, double max) {
    private static final int DIGITS = 3;

    /** @param latencies nanoseconds */
    public static Latency of(Collection<Long> latencies) {
        var histogram = new Histogram(DIGITS);
        latencies.forEach(nanos -> histogram.recordValue(Math.max(0, nanos) / 1000));
        return new Latency(
                histogram.getTotalCount(),
                millis(histogram.getValueAtPercentile(50)),
                millis(histogram.getValueAtPercentile(90)),
                millis(histogram.getValueAtPercentile(99)),
                millis(histogram.getMaxValue()));
    }

    private static double millis(long micros) {
        return micros / 1000.0;
    }
}
