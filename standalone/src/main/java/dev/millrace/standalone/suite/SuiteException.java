package dev.millrace.standalone.suite;

import java.util.List;

/** Something a user can mend: what is wrong, what to do about it, and lines that show it. */
public class SuiteException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String mend;
    private final transient List<String> evidence;

    public SuiteException(String cause, String mend) {
        this(cause, mend, List.of());
    }

    public SuiteException(String cause, String mend, List<String> evidence) {
        super(cause);
        this.mend = mend;
        this.evidence = List.copyOf(evidence);
    }

    /** What to do about it. */
    public String mend() {
        return mend;
    }

    /** Lines of a log or the like, oldest first. */
    public List<String> evidence() {
        return evidence;
    }
}
