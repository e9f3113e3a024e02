package dev.millrace.stage;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** What an operator's tool asks and tells the broker about groups. What it refuses is an {@link IllegalStateException}. */
final class GroupOffsets implements AutoCloseable {
    private final String bootstrapServers;
    private final Admin admin;

    GroupOffsets(String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
        this.admin = Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                15_000,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                5_000));
    }

    Admin admin() {
        return admin;
    }

    /** A consumer without a group, read committed. */
    Consumer<byte[], byte[]> consumer() {
        return new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed",
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "none",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false,
                        ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                        false),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    void setOffset(
            String group, String topic, int lane, long offset, CommitMetadata metadata, Optional<Integer> epoch) {
        requireNoMembers(group);
        answer(admin.alterConsumerGroupOffsets(
                        group,
                        Map.of(
                                new TopicPartition(topic, lane),
                                new OffsetAndMetadata(offset, epoch, metadata.format())))
                .all());
    }

    void requireNoMembers(String group) {
        int members = members(group);
        if (members > 0) {
            throw new IllegalStateException(
                    "%s: %d members (expected: none; stop the service, and start it again afterwards)"
                            .formatted(group, members));
        }
    }

    private int members(String group) {
        var groups = admin.describeConsumerGroups(List.of(group)).describedGroups();
        try {
            return answer(requireNonNull(groups.get(group))).members().size();
        } catch (IllegalStateException e) {
            if (e.getCause() instanceof GroupIdNotFoundException) {
                return 0;
            }
            throw e;
        }
    }

    Optional<OffsetAndMetadata> committed(String group, String topic, int lane) {
        var partition = new TopicPartition(topic, lane);
        var options = new ListConsumerGroupOffsetsOptions().requireStable(true);
        return Optional.ofNullable(
                answer(admin.listConsumerGroupOffsets(group, options).partitionsToOffsetAndMetadata())
                        .get(partition));
    }

    ListOffsetsResultInfo offset(TopicPartition partition, OffsetSpec which) {
        return answer(admin.listOffsets(Map.of(partition, which)).partitionResult(partition));
    }

    private static <T> T answer(KafkaFuture<T> question) {
        try {
            return question.get();
        } catch (ExecutionException e) {
            Throwable cause = requireNonNull(e.getCause());
            throw new IllegalStateException(String.valueOf(cause.getMessage()), cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(5));
    }
}
