package dev.millrace.ledger.load;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Threads that mostly wait. */
public final class Threads {
    private static final int STACK_BYTES = 256 << 10;

    private Threads() {}

    /**
     * As many threads as there is work. Platform threads: this program may run from one jar with nested ones, whose loader
     * can hang for ever where many virtual threads load classes at once (spring-boot#51379).
     */
    public static ExecutorService pool(String name) {
        return Executors.newCachedThreadPool(Thread.ofPlatform()
                .daemon()
                .name(name, 0)
                .stackSize(STACK_BYTES)
                .factory());
    }
}
