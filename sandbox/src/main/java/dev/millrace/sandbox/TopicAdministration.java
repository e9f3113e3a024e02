package dev.millrace.sandbox;

import static java.util.Objects.requireNonNull;

import dev.millrace.contract.TopicCatalog;
import dev.millrace.contract.TopicCatalog.Topic;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/** Brings a broker's topics to what {@link TopicCatalog} says. May be run again and again, and by several at once. */
public final class TopicAdministration {
    private static final int MAX_REPLICAS = 3;
    private static final int TIMEOUT_MS = 30_000;

    private TopicAdministration() {}

    /**
     * What was done.
     *
     * @param created names of new topics
     * @param changed names of topics that had other settings
     * @param unchanged names of topics that were right already
     */
    public record Applied(List<String> created, List<String> changed, List<String> unchanged) {
        public Applied {
            created = List.copyOf(created);
            changed = List.copyOf(changed);
            unchanged = List.copyOf(unchanged);
        }
    }

    /** As the other does; new topics get a replica on each broker that is up, on three at most. */
    public static Applied apply(String bootstrapServers, TopicCatalog catalog) {
        return apply(bootstrapServers, catalog, null);
    }

    /**
     * Creates the topics that are missing, and sets the settings of the others where they differ: those depend on the
     * replicas that a topic has, never on the brokers that are up. Topics outside the catalogue are left alone.
     *
     * @param replicas of new topics, 1 or more; none takes the number of brokers that are up, 3 at most
     * @throws IllegalStateException if fewer brokers are up than {@code replicas}, or if a topic has another number of
     *     partitions: that cannot be mended without moving keys to other lanes, so no settings are changed then
     */
    public static Applied apply(String bootstrapServers, TopicCatalog catalog, @Nullable Integer replicas) {
        try (var admin = Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MS))) {
            int brokers = get(admin.describeCluster().nodes()).size();
            if (replicas != null && brokers < replicas) {
                throw new IllegalStateException("brokers: %d up (expected: %d)".formatted(brokers, replicas));
            }
            var created =
                    create(admin, catalog.topics(), replicas == null ? Math.clamp(brokers, 1, MAX_REPLICAS) : replicas);
            var descriptions = describe(admin, catalog.topics());
            verifyPartitions(catalog.topics(), descriptions);
            var existing = catalog.topics().stream()
                    .filter(topic -> !created.contains(topic.name()))
                    .toList();
            var changed = configure(admin, existing, descriptions);
            var unchanged = existing.stream()
                    .map(Topic::name)
                    .filter(name -> !changed.contains(name))
                    .toList();
            return new Applied(created, changed, unchanged);
        }
    }

    /** Asks for all of them: a list of what is there may lag behind a creation, an answer to a creation never does. */
    private static List<String> create(Admin admin, List<Topic> topics, int replicas) {
        var requests = topics.stream()
                .map(topic -> new NewTopic(topic.name(), topic.partitions(), (short) replicas)
                        .configs(settings(topic, replicas)))
                .toList();
        var results = admin.createTopics(requests, new CreateTopicsOptions().timeoutMs(TIMEOUT_MS))
                .values();
        var created = new ArrayList<String>();
        for (var topic : topics) {
            try {
                requireNonNull(results.get(topic.name())).get();
                created.add(topic.name());
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw new IllegalStateException(
                            "topic %s cannot be created: %s".formatted(topic.name(), e.getMessage()), e);
                }
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        }
        return created;
    }

    /** Describes the topics, as soon as the broker that is asked knows of all of them. */
    private static Map<String, TopicDescription> describe(Admin admin, List<Topic> topics) {
        var names = topics.stream().map(Topic::name).toList();
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MS);
        while (true) {
            try {
                return admin.describeTopics(names).allTopicNames().get();
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException) || System.nanoTime() > deadline) {
                    throw new IllegalStateException("the topics cannot be described: " + e.getMessage(), e);
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        }
    }

    private static void verifyPartitions(List<Topic> topics, Map<String, TopicDescription> descriptions) {
        var mistakes = new ArrayList<String>();
        for (var topic : topics) {
            int partitions =
                    requireNonNull(descriptions.get(topic.name())).partitions().size();
            if (partitions != topic.partitions()) {
                mistakes.add(
                        "%s.partitions: %d (expected: %d)".formatted(topic.name(), partitions, topic.partitions()));
            }
        }
        if (!mistakes.isEmpty()) {
            throw new IllegalStateException(String.join("; ", mistakes));
        }
    }

    private static List<String> configure(Admin admin, List<Topic> topics, Map<String, TopicDescription> descriptions) {
        var resources = topics.stream().map(TopicAdministration::resource).toList();
        var current = get(admin.describeConfigs(resources).all());
        var changes = new HashMap<ConfigResource, Collection<AlterConfigOp>>();
        for (var topic : topics) {
            int replicas = replicas(requireNonNull(descriptions.get(topic.name())));
            var operations = differences(requireNonNull(current.get(resource(topic))), settings(topic, replicas));
            if (!operations.isEmpty()) {
                changes.put(resource(topic), operations);
            }
        }
        get(admin.incrementalAlterConfigs(changes).all());
        return changes.keySet().stream().map(ConfigResource::name).sorted().toList();
    }

    private static List<AlterConfigOp> differences(Config current, Map<String, String> wanted) {
        var operations = new ArrayList<AlterConfigOp>();
        wanted.forEach((name, value) -> {
            var entry = current.get(name);
            if (entry == null || !value.equals(entry.value())) {
                operations.add(new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET));
            }
        });
        return operations;
    }

    /** Of the partition that has fewest; those on brokers that are down count too. */
    static int replicas(TopicDescription topic) {
        return topic.partitions().stream()
                .mapToInt(partition -> partition.replicas().size())
                .min()
                .orElse(1);
    }

    /** One replica may be away without stopping writes, where there is more than one. */
    static Map<String, String> settings(Topic topic, int replicas) {
        var settings = new HashMap<>(topic.configuration());
        settings.put("min.insync.replicas", Integer.toString(Math.max(1, replicas - 1)));
        return settings;
    }

    private static ConfigResource resource(Topic topic) {
        return new ConfigResource(ConfigResource.Type.TOPIC, topic.name());
    }

    private static <T> T get(KafkaFuture<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the broker refuses: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static IllegalStateException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IllegalStateException("interrupted", e);
    }
}
