package dev.millrace.stage;

import static java.util.Objects.requireNonNull;

import dev.millrace.contract.TopicCatalog;
import dev.millrace.contract.Topics;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Checks that the topics are as {@code topics.yaml} says. Services never create them. */
public final class TopicInspector {
    /** KIP-890: each transaction has an epoch of its own, so that nothing of an earlier one can land in a later one. */
    private static final short TRANSACTION_VERSION = 2;
    /** {@code topics.yaml}: replication is min(3, brokers), min.insync.replicas one less. */
    private static final int MOST_REPLICAS = 3;

    private final Admin admin;

    public TopicInspector(Admin admin) {
        this.admin = admin;
    }

    /**
     * Checks that every topic is there, those of the lanes with as many partitions as there are lanes; that none keeps its
     * records worse or for a shorter time than {@code topics.yaml} says; and that the broker's transactions are of the
     * version that the publishing stage rests on.
     *
     * @throws IllegalStateException if not; the message says how to mend it
     * @throws TransientFailureException if the broker cannot say
     */
    public void verify(TopicCatalog catalog) {
        var names = catalog.topics().stream().map(TopicCatalog.Topic::name).toList();
        var described = describe(names);
        var settings = settings(names);
        int replicas =
                Math.min(MOST_REPLICAS, answer(admin.describeCluster().nodes()).size());
        for (var topic : catalog.topics()) {
            var description = requireNonNull(described.get(topic.name()));
            int partitions = description.partitions().size();
            if (Topics.LANE_TOPICS.contains(topic.name())
                    ? partitions != catalog.lanes()
                    : partitions < topic.partitions()) {
                throw new IllegalStateException("%s: %d partitions (expected: %d, as in topics.yaml)"
                        .formatted(topic.name(), partitions, topic.partitions()));
            }
            requireSafe(topic, description, requireNonNull(settings.get(resource(topic.name()))), replicas);
        }
        var version = answer(admin.describeFeatures().featureMetadata())
                .finalizedFeatures()
                .get("transaction.version");
        if (version == null || version.maxVersionLevel() < TRANSACTION_VERSION) {
            throw new IllegalStateException(
                    "transaction.version: %s (expected: %d; mend it with: kafka-features upgrade)"
                            .formatted(version == null ? "none" : version.maxVersionLevel(), TRANSACTION_VERSION));
        }
    }

    /** @param replicas what each partition must have at least; brokers that are away do not count */
    private static void requireSafe(
            TopicCatalog.Topic topic, TopicDescription description, Config settings, int replicas) {
        int actual = description.partitions().stream()
                .mapToInt(partition -> partition.replicas().size())
                .min()
                .orElse(0);
        require(topic, "replicas", Integer.toString(actual), actual >= replicas, Integer.toString(replicas));
        int inSync = Math.max(1, Math.min(MOST_REPLICAS, actual) - 1);
        String minInSync = value(settings, "min.insync.replicas");
        require(topic, "min.insync.replicas", minInSync, Integer.parseInt(minInSync) >= inSync, inSync + " or more");
        String retention = value(settings, "retention.ms");
        long wanted = topic.retention().toMillis();
        require(
                topic,
                "retention.ms",
                retention,
                Long.parseLong(retention) < 0 || Long.parseLong(retention) >= wanted,
                wanted + " or more");
        String bytes = value(settings, "retention.bytes");
        require(topic, "retention.bytes", bytes, Long.parseLong(bytes) < 0, "-1");
        for (String name : List.of("cleanup.policy", "unclean.leader.election.enable")) {
            String expected = requireNonNull(topic.configuration().get(name));
            String value = value(settings, name);
            require(topic, name, value, value.equals(expected), expected);
        }
    }

    private static void require(
            TopicCatalog.Topic topic, String setting, String value, boolean holds, String expected) {
        if (!holds) {
            throw new IllegalStateException("%s.%s: %s (expected: %s; mend it with: millrace topics apply)"
                    .formatted(topic.name(), setting, value, expected));
        }
    }

    private static String value(Config settings, String name) {
        return requireNonNull(requireNonNull(settings.get(name), name).value(), name);
    }

    private Map<ConfigResource, Config> settings(Collection<String> topics) {
        return answer(admin.describeConfigs(
                        topics.stream().map(TopicInspector::resource).toList())
                .all());
    }

    private static ConfigResource resource(String topic) {
        return new ConfigResource(ConfigResource.Type.TOPIC, topic);
    }

    /** The topic's id, which differs once it is deleted and made again. */
    String incarnation(String topic) {
        return requireNonNull(describe(List.of(topic)).get(topic)).topicId().toString();
    }

    private Map<String, TopicDescription> describe(Collection<String> topics) {
        try {
            return answer(admin.describeTopics(topics).allTopicNames());
        } catch (UnknownTopicOrPartitionException e) {
            throw new IllegalStateException(
                    "topics: %s are not all there (create them with: millrace topics apply)".formatted(topics), e);
        }
    }

    private static <T> T answer(KafkaFuture<T> question) {
        try {
            return question.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException unknown) {
                throw unknown;
            }
            throw new TransientFailureException("the broker did not describe its topics and features", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TransientFailureException("interrupted while asking the broker", e);
        }
    }
}
