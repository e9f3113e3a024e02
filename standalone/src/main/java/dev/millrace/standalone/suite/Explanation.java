package dev.millrace.standalone.suite;

import dev.millrace.sandbox.ProcessFailedException;
import java.nio.file.Path;
import java.util.List;

/** Turns a failure into its cause and its mend. */
public final class Explanation {
    private Explanation() {}

    /** @param folder of the suite, to be named where it matters */
    public static SuiteException of(Throwable failure, Path folder) {
        return switch (failure) {
            case SuiteException known -> known;
            case ProcessFailedException died -> ofProcess(died, folder);
            default -> ofText(String.valueOf(failure.getMessage()), failure.toString(), List.of(), folder);
        };
    }

    private static SuiteException ofProcess(ProcessFailedException died, Path folder) {
        var evidence = LogLine.essence(died.lastLines());
        String cause = String.valueOf(died.getMessage()).lines().findFirst().orElse(died.process());
        return ofText(String.join("\n", evidence) + cause, cause, evidence, folder);
    }

    private static SuiteException ofText(String text, String cause, List<String> evidence, Path folder) {
        if (text.contains("No space left on device")) {
            return new SuiteException("no disk space: " + cause, "make room on the disk of " + folder, evidence);
        }
        if (text.contains("Address already in use") || text.contains("was already in use")) {
            return new SuiteException(
                    "a port is taken: " + cause, "'./millrace doctor' names it; --port-base moves all ports", evidence);
        }
        if (text.contains("OutOfMemoryError") || text.contains("Cannot allocate memory")) {
            return new SuiteException(
                    "no memory left: " + cause, "end other programs: the suite takes up to 4 GiB", evidence);
        }
        if (text.contains("ended with status 137")) {
            return new SuiteException(
                    cause,
                    "it was killed: if by nobody, then by the system for want of memory ('dmesg' tells)",
                    evidence);
        }
        if (text.contains("libssl")) {
            return new SuiteException(cause, "install OpenSSL 3 (libssl.so.3), or redis-server 6.2 or newer", evidence);
        }
        if (text.contains(".partitions: ")) {
            return new SuiteException(
                    cause,
                    "the folder holds topics of another version: './millrace down --purge' deletes them",
                    evidence);
        }
        return new SuiteException(cause, "read the whole log ('./millrace logs SERVICE'), then try again", evidence);
    }
}
