package dev.millrace.monitoring.live;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.scheduling.annotation.Scheduled;

/**
 * Sends every listener the same event once a second, which is made once and only if somebody listens. It stops before the
 * web server does, which would wait for the open answers. Safe to share between threads.
 */
final class EventStream implements SmartLifecycle {
    private static final Logger LOGGER = LoggerFactory.getLogger(EventStream.class);

    private final Supplier<String> events;
    private final int most;
    private final Set<Subscriber> subscribers = ConcurrentHashMap.newKeySet();
    private boolean running;

    /** @param most listeners at a time */
    EventStream(Supplier<String> events, int most) {
        this.events = events;
        this.most = most;
    }

    /**
     * Begins to send to a listener, at once with an event.
     *
     * @return null if there are too many already, or if this is stopping
     */
    synchronized @Nullable Subscriber add(Subscriber.Sink sink) {
        if (!running || subscribers.size() >= most) {
            return null;
        }
        var added = new Subscriber[1];
        added[0] = new Subscriber(sink, () -> subscribers.remove(added[0]));
        added[0].offer(events.get());
        subscribers.add(added[0]);
        added[0].start();
        return added[0];
    }

    /** How many listen. */
    int size() {
        return subscribers.size();
    }

    @Scheduled(fixedDelay = 1000)
    void send() {
        if (subscribers.isEmpty()) {
            return;
        }
        try {
            String event = events.get();
            synchronized (this) {
                subscribers.forEach(subscriber -> subscriber.offer(event));
            }
        } catch (RuntimeException e) {
            LOGGER.atError().setCause(e).log("no event made");
        }
    }

    @Override
    public synchronized void start() {
        running = true;
    }

    @Override
    public synchronized void stop() {
        running = false;
        subscribers.forEach(Subscriber::close);
    }

    @Override
    public synchronized boolean isRunning() {
        return running;
    }
}
