package dev.millrace.stage;

import java.io.Serial;

/** A lane cannot go on: see {@link Stall}. */
final class StalledException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    private final Stall stall;

    StalledException(Stall stall, String message) {
        super(message);
        this.stall = stall;
    }

    Stall stall() {
        return stall;
    }
}
