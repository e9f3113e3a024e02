package dev.millrace.monitoring.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EventStreamTests {
    private final AtomicInteger made = new AtomicInteger();
    private final EventStream stream = new EventStream(() -> "event " + made.incrementAndGet(), 2);

    /** Remembers what it was sent; {@code slow} holds it up at its first event. */
    private static class Listener implements Subscriber.Sink {
        final List<String> heard = new CopyOnWriteArrayList<>();
        final CountDownLatch slow = new CountDownLatch(1);
        final CountDownLatch closed = new CountDownLatch(1);

        @Override
        public void send(String event) throws IOException {
            heard.add(event);
            try {
                slow.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }

        @Override
        public void close() {
            closed.countDown();
        }
    }

    @BeforeEach
    void start() {
        stream.start();
    }

    @AfterEach
    void stop() {
        stream.stop();
    }

    @Test
    void sendsASlowListenerTheNewestAlone() {
        var listener = new Listener();
        stream.add(listener);
        await().until(() -> listener.heard.equals(List.of("event 1")));

        for (int i = 0; i < 1000; i++) {
            stream.send();
        }
        listener.slow.countDown();

        await().until(() -> listener.heard.equals(List.of("event 1", "event 1001")));
    }

    @Test
    void letsNoListenerHoldUpAnother() {
        var stuck = new Listener();
        var other = new Listener();
        other.slow.countDown();
        stream.add(stuck);
        stream.add(other);

        stream.send();

        await().until(() -> other.heard.contains("event 3"));
    }

    @Test
    void takesNoMoreListenersThanItMay() {
        assertThat(stream.add(new Listener())).isNotNull();
        assertThat(stream.add(new Listener())).isNotNull();

        assertThat(stream.add(new Listener())).isNull();
    }

    @Test
    void forgetsAListenerThatWent() {
        stream.add(new Listener() {
            @Override
            public void send(String event) throws IOException {
                throw new IOException("gone");
            }
        });

        await().until(() -> stream.size() == 0);
    }

    @Test
    void makesNoEventWhileNobodyListens() {
        stream.send();

        assertThat(made).hasValue(0);
    }

    @Test
    void letsAllGoWhenItStops() throws InterruptedException {
        var listener = new Listener();
        stream.add(listener);

        stream.stop();

        assertThat(listener.closed.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(stream.add(new Listener())).isNull();
    }
}
