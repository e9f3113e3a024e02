package dev.millrace.monitoring.kafka;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A thread that makes something and lets it step, again and again; where that fails, it is closed and made anew. */
public final class Worker<T extends AutoCloseable> {
    private static final Logger LOGGER = LoggerFactory.getLogger(Worker.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final String name;
    private final Supplier<T> maker;
    private final Step<T> step;
    private volatile @Nullable T made;
    private @Nullable Thread thread;

    /** One step, which takes a moment. */
    public interface Step<T> {
        void run(T made) throws ExecutionException, InterruptedException, TimeoutException;
    }

    /** @param maker of what steps; it may fail, and is asked again then */
    public Worker(String name, Supplier<T> maker, Step<T> step) {
        this.name = name;
        this.maker = maker;
        this.step = step;
    }

    /** What steps now, or null while there is none. */
    public @Nullable T made() {
        return made;
    }

    public synchronized void start() {
        if (thread == null) {
            thread = Thread.ofPlatform().name(name).start(this::run);
        }
    }

    public synchronized void stop() {
        var running = thread;
        thread = null;
        if (running != null) {
            running.interrupt();
            try {
                running.join(PATIENCE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void run() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                work();
            } catch (InterruptedException | InterruptException e) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException | TimeoutException | KafkaException e) {
                LOGGER.atWarn().addKeyValue("worker", name).setCause(e).log("starts anew");
                pause();
            } catch (RuntimeException e) {
                LOGGER.atError().addKeyValue("worker", name).setCause(e).log("failed, starts anew");
                pause();
            }
        }
    }

    private void work() throws ExecutionException, InterruptedException, TimeoutException {
        var now = maker.get();
        made = now;
        try {
            while (!Thread.currentThread().isInterrupted()) {
                step.run(now);
            }
        } finally {
            made = null;
            close(now);
        }
    }

    /** Closing takes Kafka's answers, which an interrupted thread cannot wait for. */
    private static void close(AutoCloseable closed) {
        boolean interrupted = Thread.interrupted();
        try {
            closed.close();
        } catch (Exception e) {
            LOGGER.atWarn().setCause(e).log("not closed");
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
