package dev.millrace.collector;

import dev.millrace.contract.TopicCatalog;
import dev.millrace.contract.Topics;
import dev.millrace.stage.TopicInspector;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/** Up while the broker answers and the topics that collector uses are as {@code topics.yaml} says. */
final class TopicsHealthIndicator extends AbstractHealthIndicator implements AutoCloseable {
    private static final int TIMEOUT_MS = 2_000;
    private static final List<String> USED = List.of(Topics.UPLOADS, Topics.RESULTS, Topics.FEEDBACK);

    private final Admin admin;
    private final TopicCatalog used;

    private TopicsHealthIndicator(Admin admin, TopicCatalog used) {
        super("Kafka's topics cannot be described");
        this.admin = admin;
        this.used = used;
    }

    /** @param settings of a client, whose timeouts are replaced */
    static TopicsHealthIndicator create(Map<String, Object> settings, TopicCatalog catalog) {
        settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MS);
        settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MS);
        return new TopicsHealthIndicator(
                Admin.create(settings),
                new TopicCatalog(
                        catalog.lanes(), USED.stream().map(catalog::topic).toList()));
    }

    /** Gives up what is still being asked: a broker that is away must not hold up the end. */
    @Override
    public void close() {
        admin.close(Duration.ZERO);
    }

    @Override
    protected void doHealthCheck(Health.Builder health) {
        new TopicInspector(admin).verify(used);
        health.up();
        used.topics().forEach(topic -> health.withDetail(topic.name(), topic.partitions() + " partitions"));
    }
}
