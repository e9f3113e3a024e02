package dev.millrace.ledger.fault;

import dev.millrace.ledger.crash.CrashPoint;
import java.time.Duration;
import java.util.List;

/** One thing that is done to the system. */
public sealed interface Fault {
    Part part();

    /** What is done, as {@code kill -9 feature}. */
    String title();

    /** Faults of one category differ only in the part they strike. */
    String category();

    /** {@code kill -9}, then a start. */
    record Kill(Part part) implements Fault {
        @Override
        public String title() {
            return "kill -9 " + part.title();
        }

        @Override
        public String category() {
            return part.isService() ? "kill" : "kill " + part.title();
        }
    }

    /** {@code SIGSTOP}, and {@code SIGCONT} after a while. */
    record Suspend(Part part, Duration length) implements Fault {
        @Override
        public String title() {
            return "suspend %s for %.1f s".formatted(part.title(), length.toMillis() / 1e3);
        }

        @Override
        public String category() {
            return part.isService() ? "suspend" : "suspend " + part.title();
        }
    }

    /** {@code SIGTERM}, then a start. */
    record Terminate(Part part) implements Fault {
        @Override
        public String title() {
            return "terminate " + part.title();
        }

        @Override
        public String category() {
            return "terminate";
        }
    }

    /** {@code Runtime.halt} at a named point, then a start. */
    record Crash(Part part, CrashPoint point) implements Fault {
        @Override
        public String title() {
            return "crash %s %s".formatted(part.title(), point.title());
        }

        @Override
        public String category() {
            return "crash " + point.title();
        }
    }

    /** The services that come to a crash point. */
    static List<Part> partsAt(CrashPoint point) {
        return switch (point) {
            case AFTER_SEND_BEFORE_COMMIT -> List.of(Part.FEATURE, Part.INFERENCE);
            case AFTER_ACK_BEFORE_ANSWER -> List.of(Part.COLLECTOR);
            case BEFORE_TRANSACTION_COMMIT, AFTER_TRANSACTION_COMMIT -> List.of(Part.POSTPROCESSOR);
        };
    }
}
