package dev.millrace.ledger.agent;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Called at every point. It does there what the point is armed with: what {@linkplain #file a file} says, if there is one.
 * It names no class of Kafka, so that none is loaded before the agent can change it.
 */
public final class FaultHook {
    /** As after {@code kill -9}. */
    static final int STATUS = 137;
    /** Longer than whoever waits for the point needs to stop the process there. */
    private static final long HOLD_MILLIS = 3000;
    /** A call that times out takes a while, in which what was sent before it arrives. */
    private static final long TIMEOUT_MILLIS = 200;

    private static final long PID = ProcessHandle.current().pid();

    private static volatile String folder = "";
    private static @Nullable Coins coins;

    private FaultHook() {}

    /** Which calls an order happens to. */
    record Coins(Order order, Random random) {}

    /** Tells a process what to do when it comes to a point. */
    public static void arm(Path folder, FaultPoint point, long pid, Order order) {
        try {
            var file = Files.writeString(Files.createTempFile(folder, "order", ""), order.format());
            Files.move(file, file(folder, point, pid), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether a process is still to do something at a point; what is done once is over when it is done. */
    public static boolean isArmed(Path folder, FaultPoint point, long pid) {
        return Files.exists(file(folder, point, pid));
    }

    /** Nothing more is done at a point. */
    public static void disarm(Path folder, FaultPoint point, long pid) {
        try {
            Files.deleteIfExists(file(folder, point, pid));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path file(Path folder, FaultPoint point, long pid) {
        return folder.resolve(name(point.title(), pid));
    }

    static void watch(String armed) {
        folder = armed;
    }

    /**
     * Does what the point is armed with.
     *
     * @param point its title
     */
    public static void at(String point) {
        var order = take(point);
        if (order != null && order.deed() == Order.Deed.FAIL && strikes(order)) {
            sleep(TIMEOUT_MILLIS);
            throw SendHook.timeout(point);
        }
    }

    /** Does what is done once, and returns what is done again and again. */
    static @Nullable Order take(String point) {
        var file = new File(folder, name(point, PID));
        if (!file.exists()) {
            return null;
        }
        Order order = read(file);
        if (order == null || !order.deed().isDoneOnce()) {
            return order;
        }
        // Deleting tells, of several threads at the point, the one that strikes.
        if (file.delete()) {
            if (order.deed() == Order.Deed.HALT) {
                Runtime.getRuntime().halt(STATUS);
            }
            sleep(HOLD_MILLIS);
        }
        return null;
    }

    static synchronized boolean strikes(Order order) {
        if (coins == null || !coins.order.equals(order)) {
            coins = new Coins(order, new Random(order.seed()));
        }
        return coins.random.nextInt(100) < order.percent();
    }

    private static @Nullable Order read(File file) {
        try {
            return Order.parse(Files.readString(file.toPath()));
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String name(String point, long pid) {
        return point + "." + pid;
    }
}
