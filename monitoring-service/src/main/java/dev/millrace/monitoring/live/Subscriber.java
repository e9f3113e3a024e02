package dev.millrace.monitoring.live;

import java.io.IOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * One listener, with a thread of its own that waits for it. At most one event is kept for it: while it is slow, a newer one
 * takes the place of the one that waits.
 */
final class Subscriber {
    private final Sink sink;
    private final BlockingQueue<String> next = new ArrayBlockingQueue<>(1);
    private final Thread thread;
    private volatile boolean closed;

    /** Where events go. */
    interface Sink {
        /**
         * @throws IOException if the listener is gone
         * @throws IllegalStateException likewise
         */
        void send(String event) throws IOException;

        void close();
    }

    /** @param gone run when there is no more to be sent */
    Subscriber(Sink sink, Runnable gone) {
        this.sink = sink;
        this.thread = Thread.ofVirtual().name("events-subscriber").unstarted(() -> {
            try {
                run();
            } finally {
                gone.run();
                sink.close();
            }
        });
    }

    void start() {
        thread.start();
    }

    /** Never waits. For one thread alone. */
    void offer(String event) {
        while (!next.offer(event)) {
            next.poll();
        }
    }

    void close() {
        closed = true;
        thread.interrupt();
    }

    private void run() {
        try {
            // A write that is interrupted may swallow that.
            while (!closed) {
                sink.send(next.take());
            }
        } catch (InterruptedException | IOException | IllegalStateException e) {
            // The listener went, or was told to: there is nobody to tell.
        }
    }
}
