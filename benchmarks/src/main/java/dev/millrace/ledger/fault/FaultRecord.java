package dev.millrace.ledger.fault;

import org.jspecify.annotations.Nullable;

/**
 * A fault that struck. Times are nanoseconds since the begin of the run.
 *
 * @param begunAt when it struck
 * @param readyAt when the part was ready again
 * @param exit how the part ended, if it was asked to
 * @param problem why it could not be done as planned, if it could not
 */
public record FaultRecord(
        int number,
        Fault fault,
        long begunAt,
        long readyAt,
        @Nullable Exit exit,
        @Nullable String problem) {

    /**
     * How a part ended that was asked to. In nanoseconds.
     *
     * @param took from the signal to its end
     * @param notice how long it was not ready before it refused a request, of a part that gets any; 0 or less if it was
     *     not
     */
    public record Exit(long took, @Nullable Long notice) {}
}
