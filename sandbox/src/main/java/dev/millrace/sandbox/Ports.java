package dev.millrace.sandbox;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** TCP ports of this machine's loopback interface. */
public final class Ports {
    // Below what Linux (32768) and macOS (49152) hand out to outgoing connections: a client that calls again and again
    // while its server is down may otherwise be given the server's own port and connect to itself.
    private static final int FIRST = 20_000;
    private static final int END = 32_000;

    private Ports() {}

    /** A port that nobody listens on at the moment. Another process may be quicker: be ready to try again. */
    public static int free() {
        for (int attempt = 0; attempt < 1_000; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, END);
            if (isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("no free port between %d and %d".formatted(FIRST, END));
    }

    /** Whether this process could listen on the port. */
    public static boolean isFree(int port) {
        // A server bound to all interfaces does not hinder a bind to loopback everywhere, so ask for both.
        return canBind(port, InetAddress.getLoopbackAddress()) && canBind(port, null);
    }

    /** Whether somebody answers on the port. */
    static boolean answers(int port) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean canBind(int port, @Nullable InetAddress address) {
        try (var socket = new ServerSocket()) {
            // As servers do, so that connections in TIME_WAIT do not count.
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(address, port), 1);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
