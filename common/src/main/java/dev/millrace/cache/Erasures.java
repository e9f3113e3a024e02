package dev.millrace.cache;

import dev.millrace.contract.StoreKeys;
import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.RedisClient;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Hears on {@link StoreKeys#ERASED} what collector erases, and tells this process' memories. Redis does not keep such
 * messages for those who are away, so whenever it hears again, the memories forget everything.
 */
public final class Erasures implements SmartLifecycle {
    private static final Logger LOGGER = LoggerFactory.getLogger(Erasures.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final AbstractRedisClient client;
    private final List<ErasureListener> listeners = new CopyOnWriteArrayList<>();
    private volatile CountDownLatch stopping = new CountDownLatch(0);
    private @Nullable StatefulRedisPubSubConnection<String, String> connection;
    private boolean warned;

    /** @param client a {@link RedisClient} or {@link RedisClusterClient}, which stays the caller's */
    Erasures(AbstractRedisClient client) {
        this.client = client;
    }

    public void add(ErasureListener listener) {
        listeners.add(listener);
    }

    /**
     * Tells this process' memories at once: whoever is answered that something is erased does not find it in what answered.
     *
     * @param key of what was erased, as in Redis
     */
    public void forget(String key) {
        listeners.forEach(listener -> listener.erased(key));
    }

    /** Connects in the background, for as long as it takes; from then on Lettuce connects again by itself. */
    @Override
    public void start() {
        var stop = new CountDownLatch(1);
        stopping = stop;
        Thread.ofVirtual().name("erasures-connect").start(() -> {
            try {
                boolean subscribed = subscribed(stop);
                while (!subscribed && !stop.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
                    subscribed = subscribed(stop);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private synchronized boolean subscribed(CountDownLatch stop) {
        if (stop.getCount() == 0) {
            return true;
        }
        StatefulRedisPubSubConnection<String, String> next = null;
        try {
            next = connect();
            next.addListener(new RedisPubSubAdapter<>() {
                @Override
                public void message(String channel, String key) {
                    forget(key);
                }

                @Override
                public void subscribed(String channel, long count) {
                    listeners.forEach(ErasureListener::missed);
                }
            });
            next.sync().subscribe(StoreKeys.ERASED);
            connection = next;
            return true;
        } catch (RuntimeException e) {
            if (!warned) {
                warned = true;
                LOGGER.atWarn().addKeyValue("cause", e.toString()).log("erasures are not heard of; trying again");
            }
            if (next != null) {
                next.close();
            }
            return false;
        }
    }

    private StatefulRedisPubSubConnection<String, String> connect() {
        return switch (client) {
            case RedisClient single -> single.connectPubSub();
            case RedisClusterClient cluster -> cluster.connectPubSub();
            default ->
                throw new IllegalStateException(
                        "Redis client: %s (expected: of a server or a cluster)".formatted(client.getClass()));
        };
    }

    @Override
    public synchronized void stop() {
        stopping.countDown();
        if (connection != null) {
            connection.close();
            connection = null;
        }
    }

    /** Before the web server, and so until after it: what it serves may have been erased. */
    @Override
    public int getPhase() {
        return 0;
    }

    @Override
    public boolean isRunning() {
        return stopping.getCount() > 0;
    }
}
