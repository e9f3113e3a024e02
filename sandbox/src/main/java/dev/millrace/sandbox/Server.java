package dev.millrace.sandbox;

/** A broker or a Redis that tests may break. It keeps its address and its files through all of this. */
public interface Server {
    /** Ends it in good order. */
    void stop();

    /** Ends it at once, as {@code kill -9} does. */
    void kill();

    /** Starts it again after {@link #stop} or {@link #kill}, and waits until it answers. */
    void restart();
}
