package dev.millrace.model;

/** How much a text minds waiting: what is run first when there is a choice. */
public enum Priority {
    /** Somebody waits for it. */
    INTERACTIVE,
    /** It yields to what somebody waits for, but not for longer than a second. */
    BULK
}
