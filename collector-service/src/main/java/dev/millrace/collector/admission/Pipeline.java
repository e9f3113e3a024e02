package dev.millrace.collector.admission;

import dev.millrace.contract.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/** Asks the broker what the stages have yet to read and what they have read. */
final class Pipeline implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final String LAST = "postprocessor-service";
    private static final Map<String, String> INPUTS =
            Map.of("feature-service", Topics.UPLOADS, "inference-service", Topics.FEATURES, LAST, Topics.PREDICTIONS);

    private final Admin admin;
    private final int lanes;

    Pipeline(Admin admin, int lanes) {
        this.admin = admin;
        this.lanes = lanes;
    }

    /** @param waiting records that stages have yet to read, those of all stages together @param done read by the last one */
    record Progress(long waiting, long done) {}

    Progress ask() throws ExecutionException, TimeoutException, InterruptedException {
        var ends = new HashMap<TopicPartition, OffsetSpec>();
        var groups = new HashMap<String, ListConsumerGroupOffsetsSpec>();
        INPUTS.forEach((group, topic) -> {
            var partitions = partitions(topic);
            partitions.forEach(partition -> ends.put(partition, OffsetSpec.latest()));
            groups.put(group, new ListConsumerGroupOffsetsSpec().topicPartitions(partitions));
        });
        // Commits first: what is committed is not behind an end that is asked for later.
        var commits = admin.listConsumerGroupOffsets(groups);
        var committed = new HashMap<TopicPartition, OffsetAndMetadata>();
        for (String group : INPUTS.keySet()) {
            committed.putAll(answer(commits.partitionsToOffsetAndMetadata(group)));
        }
        var latest = answer(admin.listOffsets(ends).all());
        long waiting = 0;
        long done = 0;
        for (var end : latest.entrySet()) {
            var commit = committed.get(end.getKey());
            // A lane without a commit has not been read from its beginning, which is 0 until retention moves it.
            long read = commit == null ? 0 : commit.offset();
            waiting += Math.max(0, end.getValue().offset() - read);
            done += end.getKey().topic().equals(Topics.PREDICTIONS) ? read : 0;
        }
        return new Progress(waiting, done);
    }

    /** Gives up what is still being asked. */
    @Override
    public void close() {
        admin.close(Duration.ZERO);
    }

    private List<TopicPartition> partitions(String topic) {
        return IntStream.range(0, lanes)
                .mapToObj(lane -> new TopicPartition(topic, lane))
                .toList();
    }

    private static <T> T answer(KafkaFuture<T> question)
            throws ExecutionException, TimeoutException, InterruptedException {
        return question.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }
}
