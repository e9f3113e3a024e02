package dev.millrace.collector.store;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/**
 * Keeps calls from a dependency that has just failed. After a failure none may pass for a while; then one at a time may
 * try, until one succeeds. Safe to share between threads.
 */
final class Breaker {
    private final LongSupplier nanoTime;
    private final long pause;
    private final AtomicReference<State> state = new AtomicReference<>(new Closed());

    private sealed interface State {}

    /** All may pass. */
    private record Closed() implements State {}

    /** None may pass before that time; whoever comes first then puts it off for the others. */
    private record Open(long until) implements State {}

    /** @param pause how long none may pass after a failure, and how long others wait for the one that tries */
    Breaker(Duration pause, LongSupplier nanoTime) {
        this.pause = pause.toNanos();
        this.nanoTime = nanoTime;
    }

    boolean lets() {
        return switch (state.get()) {
            case Closed() -> true;
            case Open open -> {
                long now = nanoTime.getAsLong();
                yield now - open.until >= 0 && state.compareAndSet(open, new Open(now + pause));
            }
        };
    }

    void succeeded() {
        if (state.get() instanceof Open) {
            state.set(new Closed());
        }
    }

    void failed() {
        state.set(new Open(nanoTime.getAsLong() + pause));
    }
}
