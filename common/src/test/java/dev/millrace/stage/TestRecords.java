package dev.millrace.stage;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contract.Headers;
import dev.millrace.contract.Origin;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/** Records of one lane as an earlier stage or the collector makes them. */
final class TestRecords {
    static final String INCARNATION = "topic-id";
    static final String INPUT = "input.v1";
    static final TopicPartition LANE = new TopicPartition(INPUT, 3);
    static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    private TestRecords() {}

    static Origin origin(long offset) {
        return new Origin(INCARNATION, 0, offset);
    }

    /** @param predecessor offset, or -1 for none */
    static LaneLink link(long origin, long predecessor) {
        return new LaneLink(origin(origin), predecessor < 0 ? null : origin(predecessor));
    }

    static UUID id(long offset) {
        return new UUID(0x7000L, Long.MIN_VALUE | offset);
    }

    /** The headers that collector sets. */
    static RecordHeaders headers(UUID id) {
        var headers = new RecordHeaders();
        Headers.set(headers, Headers.UPLOAD_ID, id.toString());
        Headers.set(headers, Headers.ATTEMPT, "1");
        Headers.set(headers, Headers.PIPELINE, "spam");
        Headers.set(headers, Headers.ACCEPTED_AT, Long.toString(NOW.toEpochMilli()));
        Headers.set(
                headers, Headers.DEADLINE, Long.toString(NOW.plusSeconds(600).toEpochMilli()));
        Headers.set(headers, Headers.SCHEMA, Headers.SCHEMA_VERSION);
        return headers;
    }

    static ConsumerRecord<byte[], byte[]> upload(long offset, @Nullable String body) {
        return record(LANE, offset, headers(id(offset)), body);
    }

    /** A record of an inner topic. */
    static ConsumerRecord<byte[], byte[]> inner(long offset, LaneLink link, @Nullable String body) {
        return inner(offset, link, body, id(link.origin().offset()));
    }

    static ConsumerRecord<byte[], byte[]> inner(long offset, LaneLink link, @Nullable String body, UUID id) {
        var headers = headers(id);
        link.write(headers);
        return record(LANE, offset, headers, body);
    }

    static ConsumerRecord<byte[], byte[]> record(
            TopicPartition lane, long offset, RecordHeaders headers, @Nullable String body) {
        return record(lane, offset, headers, body, 0, NOW.toEpochMilli());
    }

    static ConsumerRecord<byte[], byte[]> record(
            TopicPartition lane, long offset, RecordHeaders headers, @Nullable String body, int epoch, long timestamp) {
        return new ConsumerRecord<>(
                lane.topic(),
                lane.partition(),
                offset,
                timestamp,
                TimestampType.CREATE_TIME,
                0,
                0,
                ("key " + offset).getBytes(UTF_8),
                body == null ? null : body.getBytes(UTF_8),
                headers,
                Optional.of(epoch));
    }

    static String text(byte @Nullable [] body) {
        return body == null ? "null" : new String(body, UTF_8);
    }

    static List<String> bodies(List<ProducerRecord<byte[], byte[]>> sent) {
        return sent.stream().map(record -> text(record.value())).toList();
    }

    /** Waits next to nothing. */
    static Backoff noBackoff() {
        return new Backoff(Duration.ofMillis(1), Duration.ofMillis(1), new Random(1));
    }
}
