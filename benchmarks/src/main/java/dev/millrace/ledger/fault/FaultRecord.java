package dev.millrace.ledger.fault;

import org.jspecify.annotations.Nullable;

/**
 * A fault that struck. Times are nanoseconds since the begin of the run.
 *
 * @param begunAt when it struck
 * @param readyAt when the part was ready again
 * @param problem why it could not be done as planned, if it could not
 */
public record FaultRecord(
        int number,
        Fault fault,
        long begunAt,
        long readyAt,
        @Nullable String problem) {}
