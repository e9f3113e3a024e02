package dev.millrace.standalone.suite;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A process that can be told from any later one with the same id.
 *
 * @param startedAt when the system says that it started
 */
public record ProcessIdentity(long pid, Instant startedAt) {
    /** The system's clock may be set between two looks at the same start. */
    private static final Duration TOLERANCE = Duration.ofSeconds(2);

    static ProcessIdentity current() {
        var handle = ProcessHandle.current();
        return new ProcessIdentity(handle.pid(), handle.info().startInstant().orElseGet(Instant::now));
    }

    /** The process, if it still runs. A zombie does not. */
    public Optional<ProcessHandle> find() {
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .filter(handle -> handle.info().command().isPresent())
                .filter(handle -> handle.info()
                        .startInstant()
                        .map(start -> Duration.between(start, startedAt).abs().compareTo(TOLERANCE) <= 0)
                        .orElse(true));
    }

    public boolean isRunning() {
        return find().isPresent();
    }
}
