package dev.millrace.ledger.crash;

import java.io.File;
import java.nio.file.Path;

/** Called at every crash point. It halts the process if the point is armed: if {@link #file} is there. */
public final class CrashHook {
    /** As after {@code kill -9}. */
    static final int STATUS = 137;

    private static final long PID = ProcessHandle.current().pid();

    private static volatile String folder = "";

    private CrashHook() {}

    /** The file that arms a point of a process. */
    public static Path file(Path folder, CrashPoint point, long pid) {
        return folder.resolve(name(point.title(), pid));
    }

    static void watch(String armed) {
        folder = armed;
    }

    /** @param point its title */
    public static void at(String point) {
        // Deleting tells, of several threads at the point, the one that strikes.
        if (new File(folder, name(point, PID)).delete()) {
            Runtime.getRuntime().halt(STATUS);
        }
    }

    private static String name(String point, long pid) {
        return point + "." + pid;
    }
}
