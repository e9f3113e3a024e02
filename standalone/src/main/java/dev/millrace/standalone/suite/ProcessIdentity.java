package dev.millrace.standalone.suite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A process that can be told from any later one with the same id.
 *
 * @param startedAt when the system says that it started
 * @param start the boot of the system and the clock tick of it at which the process started, or null where that is not
 *     told; on Linux {@code startedAt} moves when the clock is set, this does not
 */
public record ProcessIdentity(
        long pid, Instant startedAt, @Nullable String start) {
    private static final Path PROC = Path.of("/proc");
    /** Two looks at the same start may differ by a little. */
    private static final Duration TOLERANCE = Duration.ofSeconds(2);

    static ProcessIdentity current() {
        return of(ProcessHandle.current().pid());
    }

    /** The process that has this id now. */
    static ProcessIdentity of(long pid) {
        var startedAt = ProcessHandle.of(pid).flatMap(handle -> handle.info().startInstant());
        return new ProcessIdentity(pid, startedAt.orElseGet(Instant::now), start(pid));
    }

    /** The process, if it still runs. A zombie does not. */
    public Optional<ProcessHandle> find() {
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .filter(handle -> handle.info().command().isPresent())
                .filter(this::isSame);
    }

    public boolean isRunning() {
        return find().isPresent();
    }

    private boolean isSame(ProcessHandle handle) {
        String now = start(pid);
        if (start != null && now != null) {
            return start.equals(now);
        }
        return handle.info()
                .startInstant()
                .map(instant -> Duration.between(instant, startedAt).abs().compareTo(TOLERANCE) <= 0)
                .orElse(true);
    }

    /** Field 22 of {@code /proc/<pid>/stat}, after the boot's id; the second field may hold blanks and brackets. */
    private static @Nullable String start(long pid) {
        try {
            String stat = Files.readString(PROC.resolve(Long.toString(pid)).resolve("stat"));
            String[] afterName = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return Files.readString(PROC.resolve("sys/kernel/random/boot_id")).strip() + "/" + afterName[22 - 3];
        } catch (IOException e) {
            return null;
        }
    }
}
