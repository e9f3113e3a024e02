package dev.millrace.cache;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The cache's own connection to Redis. It is made in the background, so no caller waits for it, and Lettuce makes it again
 * when it breaks. Safe to share between threads.
 */
final class CacheConnection implements AutoCloseable {
    private static final RedisCodec<String, byte[]> CODEC = RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);

    private final AbstractRedisClient client;
    private final AtomicReference<@Nullable CompletableFuture<Line>> state = new AtomicReference<>();

    /** A connection that stands. Commands wait for {@link #flush}, so that those of one call go out together. */
    record Line(StatefulConnection<String, byte[]> connection, RedisClusterAsyncCommands<String, byte[]> commands) {
        void flush() {
            connection.flushCommands();
        }
    }

    /** @param client a {@link RedisClient} or {@link RedisClusterClient}, which stays the caller's */
    CacheConnection(AbstractRedisClient client) {
        this.client = client;
    }

    /**
     * The connection.
     *
     * @throws IllegalStateException if there is none yet; it is then being made
     */
    Line get() {
        var line = connecting().getNow(null);
        if (line == null) {
            throw new IllegalStateException("not connected yet");
        }
        return line;
    }

    /** Connects, and waits for it at most that long; false if there is no connection then. */
    boolean open(Duration patience) {
        try {
            connecting().get(patience.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (ExecutionException | TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private CompletableFuture<Line> connecting() {
        var known = state.get();
        if (known != null && !known.isCompletedExceptionally()) {
            return known;
        }
        var next = new CompletableFuture<Line>();
        if (!state.compareAndSet(known, next)) {
            return connecting();
        }
        Thread.ofVirtual().name("cache-connect").start(() -> {
            try {
                next.complete(connect());
            } catch (RuntimeException | Error e) {
                next.completeExceptionally(e);
            }
        });
        return next;
    }

    private Line connect() {
        Line line =
                switch (client) {
                    case RedisClient single -> {
                        var connection = single.connect(CODEC);
                        yield new Line(connection, connection.async());
                    }
                    case RedisClusterClient cluster -> {
                        var connection = cluster.connect(CODEC);
                        yield new Line(connection, connection.async());
                    }
                    default ->
                        throw new IllegalStateException(
                                "Redis client: %s (expected: of a server or a cluster)".formatted(client.getClass()));
                };
        line.connection().setAutoFlushCommands(false);
        return line;
    }

    @Override
    public void close() {
        var known = state.getAndSet(null);
        if (known != null && known.isDone() && !known.isCompletedExceptionally()) {
            var connection = known.join().connection();
            if (connection.isOpen()) {
                connection.close();
            }
        }
    }
}
