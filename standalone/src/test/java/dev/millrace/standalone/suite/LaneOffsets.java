package dev.millrace.standalone.suite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.Topics;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** How far the lanes' topics go, and how far the services' groups have come. */
final class LaneOffsets implements AutoCloseable {
    static final int LANES = 8;

    private final Admin admin;

    LaneOffsets(String bootstrapServers) {
        admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
    }

    @Override
    public void close() {
        admin.close();
    }

    private static String input(Service service) {
        return switch (service) {
            case COLLECTOR -> throw new IllegalArgumentException("collector reads from no topic");
            case FEATURE -> Topics.UPLOADS;
            case INFERENCE -> Topics.FEATURES;
            case POSTPROCESSOR -> Topics.PREDICTIONS;
            case MONITORING -> Topics.RESULTS;
        };
    }

    private static @Nullable String output(Service service) {
        return switch (service) {
            case COLLECTOR -> Topics.UPLOADS;
            case FEATURE -> Topics.FEATURES;
            case INFERENCE -> Topics.PREDICTIONS;
            case POSTPROCESSOR -> Topics.RESULTS;
            case MONITORING -> null;
        };
    }

    /** Records that a service's group has before it; a lane without a commit fails the test, for nothing is known of it. */
    long uncommitted(Service service) {
        try {
            var committed = admin.listConsumerGroupOffsets(service.module())
                    .partitionsToOffsetAndMetadata()
                    .get();
            var ends = ends(input(service));
            assertThat(committed).containsKeys(ends.keySet().toArray(TopicPartition[]::new));
            return ends.entrySet().stream()
                    .mapToLong(end -> end.getValue()
                            - Objects.requireNonNull(committed.get(end.getKey()))
                                    .offset())
                    .sum();
        } catch (ExecutionException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Records and transaction markers that a service has written, 0 for one that writes nothing. */
    long written(Service service) {
        String topic = output(service);
        return topic == null
                ? 0
                : ends(topic).values().stream().mapToLong(Long::longValue).sum();
    }

    Map<TopicPartition, Long> ends(String topic) {
        try {
            return admin.listOffsets(lanes(topic)).all().get().entrySet().stream()
                    .collect(Collectors.toMap(
                            Map.Entry::getKey, end -> end.getValue().offset()));
        } catch (ExecutionException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<TopicPartition, OffsetSpec> lanes(String topic) {
        return IntStream.range(0, LANES)
                .boxed()
                .collect(Collectors.toMap(lane -> new TopicPartition(topic, lane), lane -> OffsetSpec.latest()));
    }
}
