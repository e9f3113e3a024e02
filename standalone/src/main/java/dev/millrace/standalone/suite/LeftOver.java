package dev.millrace.standalone.suite;

import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Ends suites that other processes started. */
public final class LeftOver {
    /** Longer than a launcher takes to end its services, then its broker and its Redis. */
    private static final Duration LAUNCHER_GRACE = Duration.ofSeconds(60);

    private static final Duration GRACE = Duration.ofSeconds(25);
    private static final Duration POLL = Duration.ofMillis(50);

    private LeftOver() {}

    /**
     * What {@code down} has done.
     *
     * @param wasRunning whether there was anything to end
     * @param folderGone whether nothing is left of the folder
     */
    public record Ended(boolean wasRunning, boolean folderGone) {}

    /**
     * Ends the suite of a folder: through its launcher if that still runs, else process by process, services first.
     *
     * @param purge whether to delete what it has put into its folder, too
     * @throws SuiteException if a suite is just starting there, or if the folder to be purged is no suite's
     */
    public static Ended end(StateFolder folder, boolean purge) {
        if (!folder.isSuites()) {
            return new Ended(false, Files.notExists(folder.path()) || (purge && folder.purge()));
        }
        boolean launched = endLauncher(folder);
        // From here on nobody starts another one.
        try (var lock = folder.lock()) {
            boolean running = endProcesses(folder);
            folder.forget();
            return new Ended(launched || running, purge && folder.purge());
        }
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
        endProcesses(folder);
        folder.forget();
    }

    private static boolean endLauncher(StateFolder folder) {
        var launcher = folder.read()
                .filter(state -> !state.detached())
                .map(SuiteState::launcher)
                .filter(ProcessIdentity::isRunning);
        launcher.ifPresent(process -> end(List.of(process), LAUNCHER_GRACE));
        return launcher.isPresent();
    }

    private static boolean endProcesses(StateFolder folder) {
        var left = folder.read().map(SuiteState::running).orElse(List.of());
        end(
                left.stream()
                        .filter(LeftOver::isService)
                        .map(SuiteState.Member::process)
                        .toList(),
                GRACE);
        end(
                left.stream()
                        .filter(member -> !isService(member))
                        .map(SuiteState.Member::process)
                        .toList(),
                GRACE);
        return !left.isEmpty();
    }

    private static boolean isService(SuiteState.Member member) {
        return !member.name().startsWith("kafka") && !member.name().equals("redis");
    }

    private static void end(List<ProcessIdentity> processes, Duration grace) {
        var handles =
                processes.stream().flatMap(process -> process.find().stream()).toList();
        handles.forEach(ProcessHandle::destroy);
        long deadline = System.nanoTime() + grace.toNanos();
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
