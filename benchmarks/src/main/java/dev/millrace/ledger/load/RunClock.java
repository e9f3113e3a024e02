package dev.millrace.ledger.load;

import java.time.Duration;
import java.time.Instant;

/** Nanoseconds since the begin of the run, which never jump. */
public final class RunClock {
    private final long begin = System.nanoTime();
    private final Instant beganAt = Instant.now();

    public long now() {
        return System.nanoTime() - begin;
    }

    public Instant beganAt() {
        return beganAt;
    }

    /** Returns at {@code time}, at once if that is over. */
    public void sleepUntil(long time) throws InterruptedException {
        long left = time - now();
        if (left > 0) {
            Thread.sleep(Duration.ofNanos(left));
        }
    }
}
