package dev.millrace.postprocessor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.core.StringRedisTemplate;

/** With Redis and Kafka: {@link PostprocessorIT}. */
class ResultFollowerTests {
    private final Queue<Supplier<Consumer<byte[], byte[]>>> consumers = new ArrayDeque<>();
    private final ResultFollower follower = new ResultFollower(
            () -> consumers.remove().get(),
            "results",
            new ResultStore(
                    new StringRedisTemplate(), Duration.ofHours(1), InstantSource.system(), new SimpleMeterRegistry()));

    @AfterEach
    void stop() {
        follower.stop();
    }

    @Test
    void goesOnAfterWhateverHappens() {
        var refused = new MockConsumer<byte[], byte[]>("earliest");
        refused.setPollException(new TopicAuthorizationException("results"));
        consumers.addAll(List.of(
                () -> refused,
                () -> {
                    throw new NoClassDefFoundError("gone");
                },
                () -> new MockConsumer<>("earliest")));

        follower.start();

        await().atMost(Duration.ofSeconds(20)).until(follower::isFollowing);
        assertThat(consumers).isEmpty();
        assertThat(refused.closed()).isTrue();
    }

    @Test
    void doesNotFollowWhileItIsRefused() {
        consumers.add(() -> {
            var refused = new MockConsumer<byte[], byte[]>("earliest");
            refused.setPollException(new TopicAuthorizationException("results"));
            return refused;
        });

        follower.start();

        await().during(Duration.ofMillis(300)).until(() -> !follower.isFollowing());
    }
}
