package dev.millrace.standalone.suite;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Ends suites that other processes started. */
public final class LeftOver {
    private static final Duration GRACE = Duration.ofSeconds(25);
    private static final Duration POLL = Duration.ofMillis(50);

    private LeftOver() {}

    /**
     * Ends the suite of a folder: through its launcher if that still runs, else process by process, services first.
     *
     * @return whether anything was running
     */
    public static boolean end(StateFolder folder) {
        var found = folder.read();
        if (found.isEmpty()) {
            return false;
        }
        var state = found.get();
        boolean launched = !state.detached() && state.launcher().isRunning();
        boolean running = launched || !state.running().isEmpty();
        if (launched) {
            end(List.of(state.launcher()));
        }
        var left = state.running();
        end(left.stream()
                .filter(LeftOver::isService)
                .map(SuiteState.Member::process)
                .toList());
        end(left.stream()
                .filter(member -> !isService(member))
                .map(SuiteState.Member::process)
                .toList());
        folder.forget();
        return running;
    }

    /**
     * Clears up after a launcher that was killed. The folder's lock is held, so no other launcher is at work.
     *
     * @throws SuiteException if a detached suite runs
     */
    static void endAllOf(StateFolder folder, Progress progress) {
        var running = folder.read().map(SuiteState::running).orElse(List.of());
        if (running.isEmpty()) {
            return;
        }
        if (folder.read().map(SuiteState::detached).orElse(false)) {
            throw new SuiteException(
                    "A suite is running already in " + folder.path(),
                    "use it ('./millrace status'), or end it with './millrace down'");
        }
        progress.note("ending %d processes that a killed launcher left behind".formatted(running.size()));
        end(folder);
    }

    private static boolean isService(SuiteState.Member member) {
        return !member.name().equals("kafka") && !member.name().equals("redis");
    }

    private static void end(List<ProcessIdentity> processes) {
        var handles =
                processes.stream().flatMap(process -> process.find().stream()).toList();
        handles.forEach(ProcessHandle::destroy);
        long deadline = System.nanoTime() + GRACE.toNanos();
        for (var process : processes) {
            if (!awaitEnd(process, deadline)) {
                process.find().ifPresent(ProcessHandle::destroyForcibly);
                awaitEnd(process, System.nanoTime() + GRACE.toNanos());
            }
        }
    }

    /** A process that is not our child may stay a zombie for a while, so ask for what it runs. */
    private static boolean awaitEnd(ProcessIdentity process, long deadline) {
        while (process.isRunning()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
        return true;
    }
}
