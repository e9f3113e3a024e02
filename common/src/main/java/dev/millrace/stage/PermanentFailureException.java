package dev.millrace.stage;

import dev.millrace.contract.ErrorCode;
import java.io.Serial;

/** The same input will always fail, so it becomes a {@code FAILED} outcome and a dead letter at once. */
public class PermanentFailureException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    private final ErrorCode code;

    /** @param message the value that is wrong and what was expected */
    public PermanentFailureException(ErrorCode code, String message) {
        super(message);
        this.code = code;
    }

    public ErrorCode code() {
        return code;
    }
}
