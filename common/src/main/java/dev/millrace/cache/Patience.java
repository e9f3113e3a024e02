package dev.millrace.cache;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How long a call waits for what other processes compute: a few times as long as that takes, and never so long that it is
 * too late to compute it here. Thread-safe.
 */
final class Patience {
    /** A lease ends after one and a half: time for two that die at it, one after the other, and for the next to be done. */
    private static final int COMPUTATIONS = 4;
    /** To wait and then to compute. */
    private static final Duration LONGEST = Duration.ofSeconds(15);

    private static final int PAUSES_A_COMPUTATION = 16;
    private static final long SHORTEST_PAUSE_MILLIS = 1;
    private static final long LONGEST_PAUSE_MILLIS = 20;
    /** Each look asks for every key, so that Redis is asked no faster for many of them. */
    private static final int KEYS_A_MILLI = 10;

    private final long begin = System.nanoTime();
    /** The {@link System#nanoTime} by which the values must be there. */
    private final AtomicLong end;

    /** @param slack time until the values are of no more use; may be over already */
    Patience(Duration slack) {
        end = new AtomicLong(begin + Math.clamp(TimeUnit.NANOSECONDS.convert(slack), 0, LONGEST.toNanos()));
    }

    /** Has the values there by another call's end too, which waits for them. */
    void noLongerThan(Patience other) {
        end.accumulateAndGet(other.end.get(), (one, two) -> one - two < 0 ? one : two);
    }

    /** @param computing what it takes to compute them here */
    boolean isOver(Duration computing) {
        long now = System.nanoTime();
        return now - begin >= computing.toNanos() * COMPUTATIONS || now + computing.toNanos() - end.get() >= 0;
    }

    /** Lets some time pass until it looks for that many keys again. Whoever is interrupted waits no more. */
    void pause(Duration computing, int keys) {
        long millis =
                Math.clamp(computing.toMillis() / PAUSES_A_COMPUTATION, SHORTEST_PAUSE_MILLIS, LONGEST_PAUSE_MILLIS);
        try {
            Thread.sleep(Math.max(millis, keys / KEYS_A_MILLI));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            end.set(System.nanoTime());
        }
    }
}
