package dev.millrace.ledger.fault;

import dev.millrace.ledger.crash.CrashPoint;
import java.util.Optional;

/** All that the ledger knows of the system it drives. Its parts run when it is handed over. */
public interface SystemUnderTest {
    /** Collector's HTTP API, {@code http://host:port}. */
    String api();

    /** Of Kafka. */
    String bootstrapServers();

    /** Ends a part as {@code kill -9} does, and returns when it is gone. */
    void kill(Part part);

    /** Asks a part to end ({@code SIGTERM}), and returns when it is gone. */
    void terminate(Part part);

    /** Starts a part that has ended, and returns when it is ready. */
    void start(Part part);

    /** Stops a part in its tracks ({@code SIGSTOP}). */
    void suspend(Part part);

    /** Lets a suspended part go on ({@code SIGCONT}), and returns when it is ready. */
    void resume(Part part);

    /**
     * Lets a service halt the next time it comes to a point, and returns when it is gone.
     *
     * @throws IllegalStateException if it does not come there in time
     */
    void crashAt(Part part, CrashPoint point);

    /** Why the system is broken for good, as when a part has ended that nobody ended. */
    Optional<String> failure();
}
