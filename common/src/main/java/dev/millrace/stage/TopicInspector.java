package dev.millrace.stage;

import static java.util.Objects.requireNonNull;

import dev.millrace.contract.TopicCatalog;
import dev.millrace.contract.Topics;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Checks that the topics are as {@code topics.yaml} says. Services never create them. */
public final class TopicInspector {
    /** KIP-890: each transaction has an epoch of its own, so that nothing of an earlier one can land in a later one. */
    private static final short TRANSACTION_VERSION = 2;

    private final Admin admin;

    public TopicInspector(Admin admin) {
        this.admin = admin;
    }

    /**
     * Checks that every topic is there, those of the lanes with as many partitions as there are lanes, and that the
     * broker's transactions are of the version that the publishing stage rests on.
     *
     * @throws IllegalStateException if not; the message says how to mend it
     * @throws TransientFailureException if the broker cannot say
     */
    public void verify(TopicCatalog catalog) {
        var described =
                describe(catalog.topics().stream().map(TopicCatalog.Topic::name).toList());
        for (var topic : catalog.topics()) {
            int partitions =
                    requireNonNull(described.get(topic.name())).partitions().size();
            if (Topics.LANE_TOPICS.contains(topic.name())
                    ? partitions != catalog.lanes()
                    : partitions < topic.partitions()) {
                throw new IllegalStateException("%s: %d partitions (expected: %d, as in topics.yaml)"
                        .formatted(topic.name(), partitions, topic.partitions()));
            }
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
