package dev.millrace.stage;

/** What must never be. */
enum SimulationViolation {
    /** Two results of one upload. */
    DUPLICATE,
    /** A result of an older upload after that of a newer one. */
    DISORDER,
    /** A result of an upload while an earlier one has none. */
    LOSS,
    /** A lane that stands in peace, although nothing was destroyed. */
    STALL,
    /** An alarm, although nothing was destroyed. */
    FALSE_ALARM,
    /** A lane that stands for lost uploads, and no stage says so. */
    NO_ALARM,
    /** A lane that a rewind does not set going again. */
    NOT_MENDED,
    /** Work without end. */
    LIVELOCK,
    /** A stage that threw what it must keep. */
    THREW
}
