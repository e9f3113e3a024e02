package dev.millrace.bench;

import java.util.List;
import java.util.function.ToLongFunction;
import org.HdrHistogram.Histogram;

/**
 * What became of one upload. Times are nanoseconds since the begin of its run.
 *
 * @param due when it was to be sent, from where all waiting counts, sent late or not
 * @param answered when collector had answered
 * @param status of that answer, 0 if there was none
 * @param cached whether that answer was the result
 * @param published when the result was seen on its topic, -1 if it was not
 */
record Sample(long due, long answered, int status, boolean cached, long published) {
    boolean isAccepted() {
        return status == 202 || status == 200;
    }

    boolean isPublished() {
        return published >= 0;
    }

    /** From when it was due until the client could know the result. */
    long untilKnown() {
        return (cached ? answered : published) - due;
    }

    long untilAnswered() {
        return answered - due;
    }

    /** A percentile, in milliseconds; NaN if there is no sample. */
    static double percentile(List<Sample> samples, double percent, ToLongFunction<Sample> nanos) {
        if (samples.isEmpty()) {
            return Double.NaN;
        }
        var histogram = new Histogram(3);
        samples.forEach(sample -> histogram.recordValue(Math.max(0, nanos.applyAsLong(sample)) / 1000));
        return histogram.getValueAtPercentile(percent) / 1000.0;
    }
}
