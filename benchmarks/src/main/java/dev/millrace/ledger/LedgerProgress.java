package dev.millrace.ledger;

import java.time.Duration;

/** Is told how a run goes. */
public interface LedgerProgress {
    /** Something that is worth a line of its own. */
    void note(String line);

    /** How things stand, twice a second. */
    void at(Standing standing);

    /**
     * How things stand.
     *
     * @param length of the time in which uploads are sent
     * @param backlog accepted uploads without a result
     * @param fault what strikes now, empty if nothing does
     */
    record Standing(
            Duration elapsed, Duration length, int sent, int accepted, int results, int backlog, String fault) {}
}
