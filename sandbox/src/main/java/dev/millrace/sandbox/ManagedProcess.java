package dev.millrace.sandbox;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A child process that writes into a log file. It ends when it is stopped or when this JVM is gone, {@code kill -9}
 * included, unless it is {@linkplain #release released}. Signals of the terminal do not reach it: it has a session of its
 * own. On systems without {@code setsid} (macOS) it only ignores them, which Redis undoes. Thread-safe.
 */
public final class ManagedProcess {
    /** Redis takes the signals of a terminal even where they are ignored, so it must be out of their reach. */
    static final String APART = "trap '' INT HUP; command -v setsid >/dev/null && exec setsid \"$@\"; exec \"$@\"";

    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration DUMP = Duration.ofSeconds(15);
    private static final long TAIL_BYTES = 64 * 1024;

    private static final Set<ManagedProcess> LIVING = ConcurrentHashMap.newKeySet();

    private final String name;
    private final Path program;
    private final Path log;
    private final Process process;

    private ManagedProcess(Command command, Process process) {
        this.name = command.name();
        this.program = Path.of(command.arguments().getFirst());
        this.log = command.log().toAbsolutePath();
        this.process = process;
    }

    /**
     * What to start.
     *
     * @param name what people call it
     * @param arguments the program and its arguments
     * @param environment variables on top of this process's own
     * @param log where its output goes, at the end of what is there
     */
    public record Command(String name, List<String> arguments, Map<String, String> environment, Path log) {
        public Command {
            if (arguments.isEmpty()) {
                throw new IllegalArgumentException("arguments: none (expected: a program)");
            }
            arguments = List.copyOf(arguments);
            environment = Map.copyOf(environment);
        }
    }

    /** @throws ProcessFailedException if the program cannot be run at all */
    public static ManagedProcess start(Command command) {
        var line = new ArrayList<>(List.of("/bin/sh", "-c", APART, "sh"));
        line.addAll(command.arguments());
        var builder = new ProcessBuilder(line)
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(command.log().toFile()));
        builder.environment().putAll(command.environment());
        try {
            Files.createDirectories(command.log().toAbsolutePath().getParent());
            var process = builder.start();
            Warden.instance().guard(process);
            var managed = new ManagedProcess(command, process);
            LIVING.add(managed);
            process.onExit().thenRun(() -> LIVING.remove(managed));
            return managed;
        } catch (IOException e) {
            throw new ProcessFailedException(command.name(), "cannot be started: " + e.getMessage(), List.of());
        }
    }

    public String name() {
        return name;
    }

    public Path log() {
        return log;
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Completes with the exit status when the process ends. */
    public CompletableFuture<Integer> onExit() {
        return process.onExit().thenApply(Process::exitValue);
    }

    /** Lets the process live on when this JVM is gone. */
    public void release() {
        Warden.instance().release(process);
        LIVING.remove(this);
    }

    /** The processes of this JVM that run and are not released, also those that are still starting. */
    public static Set<ManagedProcess> living() {
        return Set.copyOf(LIVING);
    }

    /** Asks the process to end, and ends it by force if it takes longer than {@code grace}. */
    public void stop(Duration grace) {
        process.destroy();
        try {
            if (!process.waitFor(grace.toMillis(), TimeUnit.MILLISECONDS)) {
                kill();
            }
        } catch (InterruptedException e) {
            kill();
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the process at once, as {@code kill -9} does, and waits until it is gone. */
    public void kill() {
        process.destroyForcibly().onExit().join();
    }

    /**
     * Waits until the process is ready.
     *
     * @throws ProcessFailedException if it ends before, or is not ready in time; names a dump of its threads then
     */
    public void await(BooleanSupplier ready, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!ready.getAsBoolean()) {
            try {
                if (process.waitFor(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw failed("ended with status " + process.exitValue());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw failed("interrupted while it started");
            }
            if (System.nanoTime() > deadline) {
                throw failed("not ready after %d s%s".formatted(timeout.toSeconds(), dumpThreads()));
            }
        }
    }

    /** Writes what the threads of a JVM do beside its log, and returns where; nothing for any other program. */
    private String dumpThreads() {
        if (!program.endsWith(Path.of("java"))) {
            return "";
        }
        var file = log.resolveSibling(name + "-threads.txt");
        try {
            Files.deleteIfExists(file);
            var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
            var dump = new ProcessBuilder(jcmd, Long.toString(pid()), "Thread.dump_to_file", file.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return dump.waitFor(DUMP.toSeconds(), TimeUnit.SECONDS) && dump.exitValue() == 0
                    ? " (threads: " + file + ")"
                    : "";
        } catch (IOException e) {
            // A runtime without jcmd.
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    /** A failure of this process that shows the end of its log. */
    public ProcessFailedException failed(String reason) {
        return new ProcessFailedException(name, reason + " (log: " + log + ")", lastLines(12));
    }

    /** The last lines of its log, oldest first. */
    public List<String> lastLines(int count) {
        return lastLines(log, count);
    }

    /** The last lines of a log file, oldest first; none if there is no such file. */
    public static List<String> lastLines(Path log, int count) {
        if (!Files.isReadable(log)) {
            return List.of();
        }
        try (var file = new RandomAccessFile(log.toFile(), "r")) {
            long from = Math.max(0, file.length() - TAIL_BYTES);
            var bytes = new byte[(int) (file.length() - from)];
            file.seek(from);
            file.readFully(bytes);
            var lines = new String(bytes, StandardCharsets.UTF_8).lines().toList();
            return lines.subList(Math.max(0, lines.size() - count), lines.size());
        } catch (IOException e) {
            throw new UncheckedIOException(log.toString(), e);
        }
    }
}
