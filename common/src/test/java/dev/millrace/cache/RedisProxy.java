package dev.millrace.cache;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Stands between a client and Redis, and makes each round trip take its time. */
final class RedisProxy implements AutoCloseable {
    private final ServerSocket server;
    private final URI redis;
    private volatile Duration roundTrip = Duration.ZERO;

    RedisProxy(String redisUrl) throws IOException {
        this.redis = URI.create(redisUrl);
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    /** The URL of Redis by way of this. */
    String url() {
        String user = redis.getRawUserInfo();
        return "redis://%s127.0.0.1:%d".formatted(user == null ? "" : user + "@", server.getLocalPort());
    }

    /** @param time between a question and its answer, however many commands it has */
    void roundTrip(Duration time) {
        roundTrip = time;
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                Socket behind = new Socket(redis.getHost(), redis.getPort());
                var askedAt = new AtomicLong();
                pass(client, behind, () -> askedAt.set(System.nanoTime()));
                pass(behind, client, () -> sleepUntil(askedAt.get() + roundTrip.toNanos()));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private static void pass(Socket from, Socket to, Runnable before) {
        Thread.ofVirtual().start(() -> {
            try (from;
                    to) {
                copy(from.getInputStream(), to.getOutputStream(), before);
            } catch (IOException e) {
                // One side is gone.
            }
        });
    }

    private static void copy(InputStream from, OutputStream to, Runnable before) throws IOException {
        var buffer = new byte[1 << 16];
        for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
            before.run();
            to.write(buffer, 0, n);
            to.flush();
        }
    }

    private static void sleepUntil(long nanoTime) {
        try {
            Thread.sleep(Duration.ofNanos(Math.max(0, nanoTime - System.nanoTime())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
