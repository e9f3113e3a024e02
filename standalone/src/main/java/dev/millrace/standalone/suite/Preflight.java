package dev.millrace.standalone.suite;

import com.sun.management.OperatingSystemMXBean;
import dev.millrace.sandbox.Ports;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;

/** What must be true of the machine before anything is started. */
public final class Preflight {
    /** Room for Kafka's logs and the models, in bytes. */
    static final long MIN_DISK = 1L << 30;
    /** What the suite takes, in bytes, and a little for the rest. */
    static final long MIN_MEMORY = 4L << 30;

    private Preflight() {}

    /** @throws SuiteException naming every taken port, and by whom */
    public static void checkPorts(Addresses addresses) {
        var taken = new ArrayList<String>();
        addresses.all().forEach((port, name) -> {
            if (!Ports.isFree(port)) {
                taken.add("port %d (%s) is taken%s"
                        .formatted(
                                port,
                                name,
                                PortOwner.find(port)
                                        .map(owner -> " by " + owner)
                                        .orElse("")));
            }
        });
        if (!taken.isEmpty()) {
            throw new SuiteException(
                    String.join("; ", taken),
                    "end the other process ('./millrace down' if it is a suite), or move all ports, as in --port-base 28080");
        }
    }

    /** How much memory the machine has, in words. @throws SuiteException if it is less than the suite takes */
    public static String checkMemory() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                ? checkMemory(system.getTotalMemorySize())
                : "unknown";
    }

    static String checkMemory(long total) {
        if (total < MIN_MEMORY) {
            throw new SuiteException(
                    "this machine has %d MiB of memory (expected: %d MiB)".formatted(total >> 20, MIN_MEMORY >> 20),
                    "give it more (or the container it is): the suite takes up to 4 GiB");
        }
        return "%.1f GiB".formatted(total / (double) (1L << 30));
    }

    /** @throws SuiteException if the folder cannot be one, cannot be written to, or its file system is nearly full */
    public static void checkDisk(Path folder) {
        checkDisk(folder, MIN_DISK);
    }

    static void checkDisk(Path folder, long min) {
        if (folder.toString().contains(",")) {
            throw new SuiteException(
                    "%s has a comma in its path, where Kafka takes it for two folders".formatted(folder),
                    "choose another folder (--data-dir)");
        }
        var existing = folder.toAbsolutePath();
        while (!Files.exists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        if (!Files.isDirectory(existing)) {
            throw new SuiteException(
                    "%s is a file (expected: a folder)".formatted(existing), "choose another folder (--data-dir)");
        }
        if (!Files.isWritable(existing)) {
            throw new SuiteException(
                    "%s cannot be written to".formatted(existing),
                    "give yourself the right to, or choose another folder (--data-dir)");
        }
        try {
            long usable = Files.getFileStore(existing).getUsableSpace();
            if (usable < min) {
                throw new SuiteException(
                        "%s has %d MiB of disk space left (expected: %d MiB)"
                                .formatted(existing, usable >> 20, min >> 20),
                        "make room, or choose a folder on another disk (--data-dir; for models XDG_CACHE_HOME)");
            }
        } catch (IOException e) {
            throw new SuiteException(
                    "%s cannot be looked at: %s".formatted(existing, e), "choose another folder (--data-dir)");
        }
    }
}
