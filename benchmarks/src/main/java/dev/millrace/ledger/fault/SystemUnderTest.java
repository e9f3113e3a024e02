package dev.millrace.ledger.fault;

import dev.millrace.ledger.agent.ClientFault;
import dev.millrace.ledger.agent.FaultPoint;
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
    void crashAt(Part part, FaultPoint point);

    /**
     * Stops a part in its tracks ({@code SIGSTOP}) the next time it comes to a point.
     *
     * @throws IllegalStateException if it does not come there in time
     */
    void suspendAt(Part part, FaultPoint point);

    /** Starts a second process of a stage beside the first, and returns when it is ready. */
    void startReplica(Part part);

    /** Asks the second process of a stage to end, and returns when it is gone. */
    void endReplica(Part part);

    /** From now on some of a service's calls of Kafka fail. @param seed decides which */
    void deceive(Part part, ClientFault what, long seed);

    /** No more calls of Kafka fail. */
    void undeceive(Part part, ClientFault what);

    /** Whether a service says that it is ready. */
    boolean isReady(Part part);

    /** Whether the HTTP API takes requests. */
    boolean isServing();

    /** Why the system is broken for good, as when a part has ended that nobody ended. */
    Optional<String> failure();
}
