package dev.millrace.stage;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** Waits between tries: doubling from the initial to the max, jittered by half, cut short when the stage stops. */
final class Backoff {
    private final Duration initial;
    private final Duration max;
    private final RandomGenerator random;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private int failures;

    /** @param max bounds one wait; it must stay far below {@code max.poll.interval.ms} */
    Backoff(Duration initial, Duration max, RandomGenerator random) {
        this.initial = initial;
        this.max = max;
        this.random = random;
    }

    /** Waits, longer after each failure in a row, and says whether to go on: not once the stage stops. */
    boolean await() {
        return pause(next());
    }

    /** Waits, and says whether to go on: not once the stage stops. */
    boolean pause(Duration duration) {
        try {
            return !stopped.await(duration.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    Duration next() {
        long ceiling = Math.min(max.toMillis(), initial.toMillis() << Math.min(failures, 16));
        failures++;
        return Duration.ofMillis(ceiling / 2 + random.nextLong(ceiling / 2 + 1));
    }

    void reset() {
        failures = 0;
    }

    void stop() {
        stopped.countDown();
    }
}
