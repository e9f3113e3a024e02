package dev.millrace.sandbox;

/** How long a child process lives. */
public enum Lifetime {
    /** Until it is stopped or this JVM is gone, however that comes about, {@code kill -9} included. */
    WITH_PARENT,
    /** Until it is stopped. */
    ON_ITS_OWN
}
