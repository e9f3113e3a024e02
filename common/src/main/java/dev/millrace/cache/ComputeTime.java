package dev.millrace.cache;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How long it takes here to compute values. Rises fast and falls slowly: whoever waits for a computation that takes
 * longer than expected does it once more. But one that took far longer than the others says little of the next.
 * Thread-safe.
 */
final class ComputeTime {
    /** Of the first computation. */
    private static final Duration UNKNOWN = Duration.ofMillis(50);

    private static final int RISE = 2;
    private static final int DECAY = 8;

    private final AtomicLong nanosEach = new AtomicLong();

    /** @param values how many took that long together, 1 or more */
    void took(int values, long nanos) {
        nanosEach.accumulateAndGet(nanos / values, ComputeTime::next);
    }

    private static long next(long old, long now) {
        if (old == 0) {
            return now;
        }
        return now > old ? Math.min(now, RISE * old) : old + (now - old) / DECAY;
    }

    /** What that many values will take together. */
    Duration expected(int values) {
        long each = nanosEach.get();
        return each == 0 ? UNKNOWN : Duration.ofNanos(each * values);
    }
}
