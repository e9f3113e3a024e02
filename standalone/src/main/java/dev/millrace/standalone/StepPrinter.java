package dev.millrace.standalone;

import dev.millrace.standalone.suite.Progress;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Prints a line for each step that is done, and what is being waited for. Thread-safe. */
final class StepPrinter implements Progress, AutoCloseable {
    private static final int QUIET_SECONDS = 10;

    private final Console console;
    private final Set<String> running = new LinkedHashSet<>();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("progress").factory());
    private int seconds;

    StepPrinter(Console console) {
        this.console = console;
        var unused = clock.scheduleAtFixedRate(this::tick, 1, 1, TimeUnit.SECONDS);
    }

    @Override
    public synchronized void begun(String step) {
        running.add(step);
        showRunning();
    }

    @Override
    public synchronized void done(String step, String detail, Duration took) {
        running.remove(step);
        console.transientLine("");
        console.print("  %s  %-14s %-44s %6.1f s", console.green("ok"), step, detail, took.toMillis() / 1000.0);
        showRunning();
    }

    @Override
    public synchronized void note(String line) {
        console.transientLine("");
        console.print("      " + line);
        showRunning();
    }

    @Override
    public synchronized void close() {
        clock.shutdownNow();
        running.clear();
        console.transientLine("");
    }

    private synchronized void tick() {
        seconds++;
        if (!running.isEmpty() && !console.isTerminal() && seconds % QUIET_SECONDS == 0) {
            console.print("      waiting for %s (%d s)".formatted(String.join(", ", running), seconds));
        }
        showRunning();
    }

    private void showRunning() {
        if (!running.isEmpty()) {
            console.transientLine(
                    console.dim("      waiting for %s (%d s)".formatted(String.join(", ", running), seconds)));
        }
    }

    /** Milliseconds or seconds, as people read them: {@code 41 ms}, {@code 1.3 s}. */
    static String format(Duration duration) {
        long millis = duration.toMillis();
        return millis < 1000 ? millis + " ms" : String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
    }
}
