package dev.millrace.collector;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contract.Headers;
import dev.millrace.contract.Hop;
import dev.millrace.contract.StoreKeys;
import dev.millrace.contract.Topics;
import dev.millrace.contract.UploadResult;
import io.lettuce.core.RedisClient;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import tools.jackson.databind.json.JsonMapper;

/** Does what postprocessor does at the end of the way: publishes a result in a transaction, then stores it in Redis. */
final class PublishedResults implements AutoCloseable {
    private final KafkaProducer<String, byte[]> producer;
    private final RedisClient client;
    private final RedisCommands<String, String> redis;

    PublishedResults(String bootstrapServers, String redisUrl) {
        producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                        "results-" + UUID.randomUUID(),
                        ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                        10_000),
                new StringSerializer(),
                new ByteArraySerializer());
        producer.initTransactions();
        client = RedisClient.create(redisUrl);
        redis = client.connect().sync();
    }

    /** Redis itself, for what only a test would do. */
    RedisCommands<String, String> redis() {
        return redis;
    }

    /** The JSON of a result that succeeded. */
    static String json(UUID id, double score) {
        var now = Instant.parse("2026-11-22T10:15:30.123Z");
        return JsonMapper.shared()
                .writeValueAsString(new UploadResult(
                        id,
                        1,
                        "spam",
                        UploadResult.Status.SUCCEEDED,
                        score < 0.5 ? "ham" : "spam",
                        score,
                        0.5,
                        new UploadResult.Model("spam", "2", "ab".repeat(32), "fp32"),
                        new UploadResult.Model("all-MiniLM-L6-v2", "1", "cd".repeat(32), "bf16"),
                        null,
                        now,
                        now.plusMillis(40),
                        List.of(new Hop("collector", now, now.plusMillis(3))),
                        "4bf92f3577b34da6a3ce929d0e0e4736"));
    }

    /** On the topic alone. */
    void publish(UUID id, String json) {
        producer.beginTransaction();
        send(id, json);
        producer.commitTransaction();
    }

    /** On the topic, in a transaction that is aborted. */
    void publishAborted(UUID id, String json) {
        producer.beginTransaction();
        send(id, json);
        producer.flush();
        producer.abortTransaction();
    }

    /** In Redis alone. */
    void store(UUID id, String json) {
        redis.set(StoreKeys.result(id), json, SetArgs.Builder.ex(Duration.ofHours(24)));
    }

    private void send(UUID id, String json) {
        var record = new ProducerRecord<>(Topics.RESULTS, id.toString(), json.getBytes(UTF_8));
        Headers.set(record.headers(), Headers.UPLOAD_ID, id.toString());
        Headers.set(record.headers(), Headers.ATTEMPT, "1");
        Headers.set(record.headers(), "ce_specversion", "1.0");
        Headers.set(record.headers(), "ce_id", id + "/1");
        Headers.set(record.headers(), "ce_type", UploadResult.EVENT_TYPE);
        Headers.set(record.headers(), "content-type", "application/json");
        producer.send(record);
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
        client.shutdown();
    }
}
