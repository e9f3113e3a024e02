package dev.millrace.stage;

import java.io.Serial;

/** A dependency is down: nobody's bad record. The lanes wait and try again; nothing is dead-lettered. */
public class TransientFailureException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    public TransientFailureException(String message) {
        super(message);
    }

    public TransientFailureException(String message, Throwable cause) {
        super(message, cause);
    }
}
