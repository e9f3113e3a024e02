package dev.millrace.monitoring.flow;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Events a second over the last seconds, by the events' own times, so that reading up an old backlog is not taken for
 * live traffic. Safe to share between threads.
 */
final class SlidingRate {
    private final InstantSource clock;
    private final long[] counts;
    private long newest;

    /** @param window how far it looks back, whole seconds, 1 or more */
    SlidingRate(Duration window, InstantSource clock) {
        this.clock = clock;
        this.counts = new long[Math.toIntExact(window.toSeconds())];
        this.newest = clock.instant().getEpochSecond();
    }

    /** Counts one event. One from the future counts as of now, one older than the window not at all. */
    synchronized void record(Instant at) {
        advance();
        long second = Math.min(at.getEpochSecond(), newest);
        if (second > newest - counts.length) {
            counts[index(second)]++;
        }
    }

    /** Events a second, 0 or more. */
    synchronized double perSecond() {
        advance();
        long sum = 0;
        for (long count : counts) {
            sum += count;
        }
        return (double) sum / counts.length;
    }

    private void advance() {
        long now = clock.instant().getEpochSecond();
        for (long second = Math.max(newest + 1, now - counts.length + 1); second <= now; second++) {
            counts[index(second)] = 0;
        }
        newest = Math.max(newest, now);
    }

    private int index(long second) {
        return Math.floorMod(second, counts.length);
    }
}
