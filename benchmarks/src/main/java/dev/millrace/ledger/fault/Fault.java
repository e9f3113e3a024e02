package dev.millrace.ledger.fault;

import dev.millrace.ledger.agent.ClientFault;
import dev.millrace.ledger.agent.FaultPoint;
import java.time.Duration;

/** One thing that is done to the system. */
public sealed interface Fault {
    Part part();

    /** What is done, as {@code kill -9 feature}. */
    String title();

    /** What the choice of faults goes by, as {@code kill}: faults of one kind differ only in the part they strike. */
    String kind();

    /** Room for it and its recovery. */
    default Duration room() {
        return Duration.ofSeconds(18);
    }

    /** {@code kill -9}, then a start. */
    record Kill(Part part) implements Fault {
        @Override
        public String title() {
            return "kill -9 " + part.title();
        }

        @Override
        public String kind() {
            return part.isService() ? "kill" : "kill-" + part.title();
        }
    }

    /** {@code SIGSTOP}, and {@code SIGCONT} after a while. */
    record Suspend(Part part, Duration length) implements Fault {
        @Override
        public String title() {
            return "suspend %s for %.1f s".formatted(part.title(), length.toMillis() / 1e3);
        }

        @Override
        public String kind() {
            return part.isService() ? "suspend" : "suspend-" + part.title();
        }
    }

    /** {@code SIGTERM}, then a start. */
    record Terminate(Part part) implements Fault {
        @Override
        public String title() {
            return "terminate " + part.title();
        }

        @Override
        public String kind() {
            return "terminate";
        }
    }

    /** {@code Runtime.halt} at a named point, then a start. */
    record Crash(Part part, FaultPoint point) implements Fault {
        @Override
        public String title() {
            return "crash %s %s".formatted(part.title(), point.title());
        }

        @Override
        public String kind() {
            return "crash-" + point.title();
        }
    }

    /**
     * A second replica joins, the first is stopped in its tracks at a named point until the second has taken over, wakes
     * and goes on as if nothing had happened; then the second leaves.
     */
    record Zombie(Part part, FaultPoint point, Duration length) implements Fault {
        @Override
        public String title() {
            return "zombie %s %s, asleep for %.1f s".formatted(part.title(), point.title(), length.toMillis() / 1e3);
        }

        @Override
        public String kind() {
            return "zombie-" + point.title();
        }

        @Override
        public Duration room() {
            return Duration.ofSeconds(45);
        }
    }

    /** For a while some of a service's calls of Kafka fail alone. @param seed decides which */
    record Deceive(Part part, ClientFault what, Duration length, long seed) implements Fault {
        @Override
        public String title() {
            return "%s %s".formatted(what.title(), part.title());
        }

        @Override
        public String kind() {
            return what.title();
        }
    }
}
