package dev.millrace.standalone.suite;

import java.time.Duration;

/** Told of each step while a suite starts. Called by several threads at once. */
public interface Progress {
    void begun(String step);

    /**
     * A step is done.
     *
     * @param detail what came of it, in a few words
     */
    void done(String step, String detail, Duration took);

    /** Something worth a line of its own. */
    void note(String line);
}
