package dev.millrace.bench.skip;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import dev.millrace.contract.Headers;
import dev.millrace.contract.Topics;
import dev.millrace.contract.v1.UploadReceived;
import dev.millrace.ledger.fault.Part;
import dev.millrace.ledger.fault.SystemUnderTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Measures how fast each stage skips uploads whose deadline has passed: the rate at which a backlog goes away after an
 * overload. All uploads are on one lane. The stages run one after the other, so each is measured alone, and over the
 * second half of the uploads: one that has been through an overload is warm, and each is just started here.
 */
public final class SkipBench {
    private static final int LANE = 0;
    private static final int CONTENT_BYTES = 1000;
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final List<Stage> STAGES = List.of(
            new Stage(Part.FEATURE, "feature-service", Topics.UPLOADS),
            new Stage(Part.INFERENCE, "inference-service", Topics.FEATURES),
            new Stage(Part.POSTPROCESSOR, "postprocessor-service", Topics.PREDICTIONS));

    private final SystemUnderTest system;
    private final int records;

    private record Stage(Part part, String group, String input) {}

    /**
     * What a stage did.
     *
     * @param records those between the first commit in the second half that was seen and the last commit
     * @param took time between these two commits
     */
    public record Rate(String stage, long records, Duration took) {
        /** In records/s. */
        public double perSecond() {
            return records * 1e9 / took.toNanos();
        }
    }

    /**
     * @param system with idle stages; it has them running again afterwards
     * @param records expired uploads to post, 10,000 or more
     */
    public SkipBench(SystemUnderTest system, int records) {
        if (records < 10_000) {
            throw new IllegalArgumentException("records: %d (expected: 10000 or more)".formatted(records));
        }
        this.system = system;
        this.records = records;
    }

    /**
     * Runs it.
     *
     * @return one rate for each stage, in the order of the lane
     * @throws IllegalStateException if a stage does not get through within 3 minutes
     */
    public List<Rate> run() throws InterruptedException {
        for (Stage stage : STAGES) {
            system.terminate(stage.part());
        }
        post();
        var rates = new ArrayList<Rate>();
        try (var admin =
                Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, (Object) system.bootstrapServers()))) {
            for (Stage stage : STAGES) {
                rates.add(measure(admin, stage));
            }
        }
        return rates;
    }

    private void post() {
        byte[] content = new byte[CONTENT_BYTES];
        var random = new Random(0);
        try (var producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        system.bootstrapServers(),
                        ProducerConfig.COMPRESSION_TYPE_CONFIG,
                        "lz4",
                        ProducerConfig.LINGER_MS_CONFIG,
                        20),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (int i = 0; i < records; i++) {
                random.nextBytes(content);
                producer.send(expired(body(content)));
            }
        }
    }

    private static byte[] body(byte[] content) {
        return UploadReceived.newBuilder()
                .setPipeline("spam")
                .setContentType("text/plain")
                .setContent(ByteString.copyFrom(content))
                .build()
                .toByteArray();
    }

    private static ProducerRecord<byte[], byte[]> expired(byte[] body) {
        String id = UUID.randomUUID().toString();
        long acceptedAt = System.currentTimeMillis() - 600_000;
        var upload = new ProducerRecord<>(Topics.UPLOADS, LANE, acceptedAt, id.getBytes(UTF_8), body);
        Headers.set(upload.headers(), Headers.UPLOAD_ID, id);
        Headers.set(upload.headers(), Headers.ATTEMPT, "1");
        Headers.set(upload.headers(), Headers.PIPELINE, "spam");
        Headers.set(upload.headers(), Headers.ACCEPTED_AT, Long.toString(acceptedAt));
        Headers.set(upload.headers(), Headers.DEADLINE, Long.toString(acceptedAt + 60_000));
        Headers.set(upload.headers(), Headers.SCHEMA, Headers.SCHEMA_VERSION);
        Headers.set(upload.headers(), Headers.TRACEPARENT, "00-%s-00f067aa0ba902b7-01".formatted(id.replace("-", "")));
        return upload;
    }

    private Rate measure(Admin admin, Stage stage) throws InterruptedException {
        long before = committed(admin, stage);
        system.start(stage.part());
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        long half = before + records / 2;
        long first = before;
        long firstAt = 0;
        while (true) {
            long now = System.nanoTime();
            long committed = committed(admin, stage);
            if (firstAt == 0 && committed >= half) {
                first = committed;
                firstAt = now;
            }
            if (committed >= before + records) {
                return new Rate(stage.part().title(), committed - first, Duration.ofNanos(now - firstAt));
            }
            if (now > deadline) {
                throw new IllegalStateException("%s: %d of %d records after %s"
                        .formatted(stage.part().title(), committed - before, records, PATIENCE));
            }
            Thread.sleep(10);
        }
    }

    private static long committed(Admin admin, Stage stage) throws InterruptedException {
        var lane = new TopicPartition(stage.input(), LANE);
        try {
            var commit = admin.listConsumerGroupOffsets(stage.group())
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .get(lane);
            return commit == null ? 0 : commit.offset();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the broker did not say what %s has done".formatted(stage.group()), e);
        }
    }
}
