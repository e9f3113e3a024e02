package dev.millrace.sandbox;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * Ends the children of this JVM when it is gone, {@code kill -9} included. Thread-safe.
 *
 * <p>The warden is a shell that reads the children's process ids from a pipe. Only this JVM holds the other end, so the
 * pipe's end of file means that this JVM is gone, and the shell then ends whatever is still on its list. Nothing is asked
 * of the children, so it serves Redis as well as a JVM. Like them it is out of reach of what is sent to this JVM's process
 * group.
 */
final class Warden {
    private static final String SCRIPT = """
            trap '' INT HUP TERM
            pids=
            while read -r sign pid; do
              case $sign in
                +) pids="$pid $pids" ;;
                -) rest=; for p in $pids; do [ "$p" = "$pid" ] || rest="$rest$p "; done; pids=$rest ;;
              esac
            done
            left=8
            for p in $pids; do kill -TERM "$p" 2>/dev/null; done
            while [ "$left" -gt 0 ] && [ -n "$pids" ]; do
              sleep 1
              left=$((left - 1))
              rest=; for p in $pids; do kill -0 "$p" 2>/dev/null && rest="$rest$p "; done; pids=$rest
            done
            for p in $pids; do kill -KILL "$p" 2>/dev/null; done
            """;

    private static @Nullable Warden instance;

    private final OutputStream pipe;

    private Warden() throws IOException {
        pipe = new ProcessBuilder(
                        "/bin/sh", "-c", ManagedProcess.APART, "sh", "/bin/sh", "-c", SCRIPT, "millrace-warden")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start()
                .getOutputStream();
    }

    /** This JVM's warden. Children get 8 seconds to end in good order. */
    static synchronized Warden instance() {
        if (instance == null) {
            try {
                instance = new Warden();
            } catch (IOException e) {
                throw new UncheckedIOException("the warden's shell does not start", e);
            }
        }
        return instance;
    }

    void guard(Process child) {
        tell("+ " + child.pid());
        child.onExit().thenRun(() -> release(child));
    }

    void release(Process child) {
        tell("- " + child.pid());
    }

    private synchronized void tell(String line) {
        try {
            pipe.write((line + "\n").getBytes(US_ASCII));
            pipe.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("the warden is gone", e);
        }
    }
}
