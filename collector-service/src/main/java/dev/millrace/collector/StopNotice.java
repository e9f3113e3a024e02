package dev.millrace.collector;

import java.time.Duration;
import org.springframework.context.SmartLifecycle;

/**
 * Goes on serving for a while once readiness is refused, so that whoever sends requests here can learn of it before the
 * first one is refused.
 */
final class StopNotice implements SmartLifecycle {
    private final Duration length;
    private volatile boolean running;

    /** @param length 0 to 10 s; what is left of the 20 s of a phase is for requests under way */
    StopNotice(Duration length) {
        if (length.isNegative() || length.compareTo(Duration.ofSeconds(10)) > 0) {
            throw new IllegalArgumentException(
                    "millrace.collector.stop-notice: %s (expected: 0 to 10 s)".formatted(length));
        }
        this.length = length;
    }

    @Override
    public void start() {
        running = true;
    }

    /** The application refuses readiness before it stops anything. */
    @Override
    public void stop() {
        try {
            Thread.sleep(length);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Stopped first. */
    @Override
    public int getPhase() {
        return Integer.MAX_VALUE;
    }
}
