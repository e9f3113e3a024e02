package dev.millrace.ledger;

import dev.millrace.contract.Headers;
import dev.millrace.contract.Origin;
import dev.millrace.contract.UploadResult;
import dev.millrace.ledger.audit.ResultRecord;
import dev.millrace.ledger.audit.UploadRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import tools.jackson.databind.json.JsonMapper;

/** Reads whole topics, without a group. */
final class TopicReader {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(200);

    private final String bootstrapServers;

    TopicReader(String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
    }

    /** Where each lane of a topic ends now. */
    Map<TopicPartition, Long> ends(String topic) {
        try (var consumer = consumer(IsolationLevel.READ_UNCOMMITTED)) {
            var lanes = consumer.partitionsFor(topic).stream()
                    .map(lane -> new TopicPartition(lane.topic(), lane.partition()))
                    .toList();
            consumer.assign(lanes);
            return Map.copyOf(consumer.endOffsets(lanes));
        }
    }

    /**
     * Reads each lane from {@code begin} to where it ends now.
     *
     * @param what is kept of a record
     * @throws IllegalStateException if no record comes for 60 s before that
     */
    <T> List<T> read(
            Map<TopicPartition, Long> begin,
            IsolationLevel isolation,
            Function<ConsumerRecord<byte[], byte[]>, T> what) {
        var records = new ArrayList<T>();
        try (var consumer = consumer(isolation)) {
            consumer.assign(begin.keySet());
            begin.forEach(consumer::seek);
            var ends = consumer.endOffsets(begin.keySet());
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                var polled = consumer.poll(POLL);
                polled.forEach(record -> records.add(what.apply(record)));
                if (!polled.isEmpty()) {
                    deadline = System.nanoTime() + PATIENCE.toNanos();
                } else if (System.nanoTime() > deadline) {
                    throw new IllegalStateException("%s cannot be read to its end, %s".formatted(begin.keySet(), ends));
                }
            }
        }
        return records;
    }

    Consumer<byte[], byte[]> consumer(IsolationLevel isolation) {
        return new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        isolation.name().toLowerCase(Locale.ROOT),
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "none",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false,
                        ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                        false,
                        ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                        5000,
                        ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG,
                        500),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    static ResultRecord result(ConsumerRecord<byte[], byte[]> record) {
        String origin = Headers.text(record.headers(), Headers.ORIGIN);
        return new ResultRecord(
                record.partition(),
                record.offset(),
                origin == null ? null : Origin.parse(origin),
                JSON.readValue(record.value(), UploadResult.class),
                DigestUtils.sha256Hex(record.value()));
    }

    static UploadRecord upload(ConsumerRecord<byte[], byte[]> record) {
        String trace = header(record, Headers.TRACEPARENT);
        return new UploadRecord(
                record.partition(),
                record.offset(),
                UUID.fromString(header(record, Headers.UPLOAD_ID)),
                Integer.parseInt(header(record, Headers.ATTEMPT)),
                trace.split("-")[1]);
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return Objects.requireNonNull(Headers.text(record.headers(), name), name);
    }
}
