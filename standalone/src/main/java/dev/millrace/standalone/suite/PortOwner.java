package dev.millrace.standalone.suite;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Finds out who listens on a port, as far as the system tells: from {@code /proc} on Linux, from {@code lsof} elsewhere. */
final class PortOwner {
    private static final Path PROC = Path.of("/proc");
    /** The code of the state LISTEN in {@code /proc/net/tcp}. */
    private static final String LISTEN = "0A";

    private PortOwner() {}

    /** The program and its process id, as in {@code python3 (pid 4711)}. */
    static Optional<String> find(int port) {
        var pid = Files.isReadable(PROC.resolve("net/tcp")) ? fromProc(port) : fromLsof(port);
        return pid.isEmpty() ? Optional.empty() : Optional.of(describe(pid.getAsLong()));
    }

    private static String describe(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(handle -> handle.info().command())
                .map(command -> "%s (pid %d)".formatted(Path.of(command).getFileName(), pid))
                .orElse("pid " + pid);
    }

    private static OptionalLong fromProc(int port) {
        var sockets = new HashSet<String>();
        collectSockets(PROC.resolve("net/tcp"), port, sockets);
        collectSockets(PROC.resolve("net/tcp6"), port, sockets);
        return sockets.isEmpty() ? OptionalLong.empty() : holder(sockets);
    }

    /** Lines such as {@code 0: 0100007F:1F90 00000000:0000 0A … inode}. */
    private static void collectSockets(Path table, int port, Set<String> sockets) {
        try (var lines = Files.lines(table)) {
            lines.skip(1).map(line -> line.strip().split("\\s+")).forEach(columns -> {
                boolean matches =
                        columns.length > 9 && columns[3].equals(LISTEN) && columns[1].endsWith(":%04X".formatted(port));
                if (matches) {
                    sockets.add("socket:[" + columns[9] + "]");
                }
            });
        } catch (IOException e) {
            // One family of addresses is not there: the other may be.
        }
    }

    private static OptionalLong holder(Set<String> sockets) {
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (var process : processes) {
                if (holds(process, sockets)) {
                    return OptionalLong.of(Long.parseLong(process.getFileName().toString()));
                }
            }
        } catch (IOException e) {
            // Nothing to be told then.
        }
        return OptionalLong.empty();
    }

    private static boolean holds(Path process, Set<String> sockets) {
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
            for (var descriptor : descriptors) {
                if (sockets.contains(Files.readSymbolicLink(descriptor).toString())) {
                    return true;
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // Another user's process, or one that has just ended.
        }
        return false;
    }

    private static OptionalLong fromLsof(int port) {
        try {
            var process = new ProcessBuilder("lsof", "-nP", "-t", "-iTCP:" + port, "-sTCP:LISTEN")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .redirectInput(new File("/dev/null"))
                    .start();
            var lines = new String(process.getInputStream().readAllBytes(), UTF_8)
                    .lines()
                    .toList();
            return lines.isEmpty()
                    ? OptionalLong.empty()
                    : OptionalLong.of(Long.parseLong(lines.getFirst().strip()));
        } catch (IOException | NumberFormatException e) {
            return OptionalLong.empty();
        }
    }
}
