package dev.millrace.standalone.suite;

/** There is no suite to do it with. */
public final class NotRunningException extends SuiteException {
    private static final long serialVersionUID = 1L;

    public NotRunningException(StateFolder folder) {
        super(
                "no suite is running in " + folder.path(),
                "start one: ./millrace up --detach (or name its folder with --data-dir)");
    }
}
