package dev.millrace.collector;

import dev.millrace.contract.TopicCatalog;
import dev.millrace.contract.Topics;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/** Up while the broker answers and the topics that collector uses have the partitions that {@code topics.yaml} says. */
final class TopicsHealthIndicator extends AbstractHealthIndicator implements AutoCloseable {
    private static final List<String> USED = List.of(Topics.UPLOADS, Topics.RESULTS);
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    private final Admin admin;
    private final TopicCatalog catalog;

    TopicsHealthIndicator(Admin admin, TopicCatalog catalog) {
        super("Kafka's topics cannot be described");
        this.admin = admin;
        this.catalog = catalog;
    }

    /** Gives up what is still being asked: a broker that is away must not hold up the end. */
    @Override
    public void close() {
        admin.close(Duration.ZERO);
    }

    @Override
    protected void doHealthCheck(Health.Builder health) throws Exception {
        var descriptions = admin.describeTopics(USED).allTopicNames().get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        health.up();
        for (String topic : USED) {
            var description = descriptions.get(topic);
            int actual = description == null ? 0 : description.partitions().size();
            int expected = catalog.topic(topic).partitions();
            if (actual == expected) {
                health.withDetail(topic, actual + " partitions");
            } else {
                health.down().withDetail(topic, "%d partitions (expected: %d)".formatted(actual, expected));
            }
        }
    }
}
