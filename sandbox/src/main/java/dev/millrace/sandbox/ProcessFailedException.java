package dev.millrace.sandbox;

import java.util.List;

/** A child process did not start, or ended when it should not have. */
public final class ProcessFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String process;
    private final transient List<String> lastLines;

    ProcessFailedException(String process, String reason, List<String> lastLines) {
        super(process + ": " + reason + (lastLines.isEmpty() ? "" : "\n  " + String.join("\n  ", lastLines)));
        this.process = process;
        this.lastLines = List.copyOf(lastLines);
    }

    /** The process's name. */
    public String process() {
        return process;
    }

    /** The end of its log, oldest line first; empty if it wrote nothing. */
    public List<String> lastLines() {
        return lastLines;
    }
}
