package dev.millrace.stage;

import dev.millrace.contract.TopicCatalog;
import dev.millrace.contract.Topics;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;

/** Checks that the topics are as {@code topics.yaml} says. Services never create them. */
public final class TopicInspector {
    private final Admin admin;

    public TopicInspector(Admin admin) {
        this.admin = admin;
    }

    /**
     * Checks that the lane topics are there, with as many partitions as there are lanes.
     *
     * @throws IllegalStateException if they are not; the message says how to mend it
     * @throws TransientFailureException if the broker cannot say
     */
    public void verify(TopicCatalog catalog) {
        describe(Topics.LANE_TOPICS).forEach((name, topic) -> {
            if (topic.partitions().size() != catalog.lanes()) {
                throw new IllegalStateException("%s: %d partitions (expected: %d, as in topics.yaml)"
                        .formatted(name, topic.partitions().size(), catalog.lanes()));
            }
        });
    }

    /** The topic's id, which differs once it is deleted and made again. */
    String incarnation(String topic) {
        return java.util.Objects.requireNonNull(describe(List.of(topic)).get(topic))
                .topicId()
                .toString();
    }

    private Map<String, TopicDescription> describe(Collection<String> topics) {
        try {
            return admin.describeTopics(topics).allTopicNames().get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof org.apache.kafka.common.errors.UnknownTopicOrPartitionException) {
                throw new IllegalStateException(
                        "topics: %s are not all there (create them with: millrace topics apply)".formatted(topics), e);
            }
            throw new TransientFailureException("topics: the broker did not describe them", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TransientFailureException("interrupted while describing topics", e);
        }
    }
}
