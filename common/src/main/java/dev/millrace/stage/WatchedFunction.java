package dev.millrace.stage;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives a call up that takes too long. A native call cannot be interrupted, and one that is abandoned keeps its engine's
 * worker and locks, which would harm its neighbours; so the process ends at once and its restart is a crash like any
 * other: the record that hangs is found one by one and becomes {@code CRASHED_PROCESS}.
 */
final class WatchedFunction<I, O> implements StageFunction<I, O> {
    /** Exit status of a process that ended for it: EX_TEMPFAIL of sysexits.h, as a restart is in order. */
    static final int EXIT_STATUS = 75;

    private static final Logger LOGGER = LoggerFactory.getLogger(WatchedFunction.class);

    private final StageFunction<I, O> function;
    private final Duration limit;
    private final Consumer<Thread> onHang;
    private final ScheduledThreadPoolExecutor watch;

    WatchedFunction(StageFunction<I, O> function, Duration limit) {
        this(function, limit, hung -> Runtime.getRuntime().halt(EXIT_STATUS));
    }

    /** @param onHang is given the thread of the call */
    WatchedFunction(StageFunction<I, O> function, Duration limit, Consumer<Thread> onHang) {
        this.function = function;
        this.limit = limit;
        this.onHang = onHang;
        watch = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("call-watch").factory());
        watch.setRemoveOnCancelPolicy(true);
    }

    @Override
    public List<Outcome<O>> apply(List<StageInput<I>> batch) {
        Thread caller = Thread.currentThread();
        ScheduledFuture<?> alarm = watch.schedule(() -> giveUp(caller, batch), limit.toMillis(), TimeUnit.MILLISECONDS);
        try {
            return function.apply(batch);
        } finally {
            alarm.cancel(false);
        }
    }

    private void giveUp(Thread caller, List<StageInput<I>> batch) {
        var stack = new StringBuilder();
        for (var frame : caller.getStackTrace()) {
            stack.append("\n    at ").append(frame);
        }
        LOGGER.atError()
                .addKeyValue(
                        "uploadId",
                        batch.size() == 1 ? batch.getFirst().headers().uploadId() : "")
                .log("a call on {} records took longer than {}: the process ends{}", batch.size(), limit, stack);
        onHang.accept(caller);
    }
}
