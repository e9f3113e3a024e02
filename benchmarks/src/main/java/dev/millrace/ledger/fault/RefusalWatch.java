package dev.millrace.ledger.fault;

import dev.millrace.ledger.load.RunClock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Watches collector while it ends: who routes requests to it must learn that it is not ready before it refuses one. */
final class RefusalWatch implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(5);
    private static final long NOT_YET = -1;

    private final SystemUnderTest system;
    private final RunClock clock;
    private final Thread thread;
    private volatile boolean closed;
    private volatile long notReadyAt = NOT_YET;
    private volatile long refusedAt = NOT_YET;

    RefusalWatch(SystemUnderTest system, RunClock clock) {
        this.system = system;
        this.clock = clock;
        this.thread = Thread.ofPlatform().daemon().name("refusal-watch").start(this::run);
    }

    private void run() {
        try {
            while (!closed && (notReadyAt == NOT_YET || refusedAt == NOT_YET)) {
                long now = clock.now();
                if (notReadyAt == NOT_YET && !system.isReady(Part.COLLECTOR)) {
                    notReadyAt = now;
                }
                now = clock.now();
                if (refusedAt == NOT_YET && !system.isServing()) {
                    refusedAt = now;
                }
                Thread.sleep(PAUSE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * How long it was known not to be ready before it refused a request, nanoseconds.
     *
     * @return 0 or less if it refused one first; null if it refused none
     */
    @Nullable
    Long notice() {
        if (refusedAt == NOT_YET) {
            return null;
        }
        return notReadyAt == NOT_YET ? 0 : refusedAt - notReadyAt;
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        thread.join();
    }
}
