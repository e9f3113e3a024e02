package dev.millrace.monitoring;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.millrace.contract.FeedbackReceived;
import dev.millrace.contract.Origin;
import dev.millrace.contract.Topics;
import dev.millrace.contract.UploadResult;
import dev.millrace.contract.UploadResult.Status;
import dev.millrace.monitoring.flow.Records;
import dev.millrace.monitoring.flow.Records.Upload;
import java.time.Instant;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.DoubleSupplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import tools.jackson.databind.json.JsonMapper;

/** Writes what services and users of the suite would. */
final class Traffic implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final SplittableRandom random = new SplittableRandom(3);
    private final KafkaProducer<byte[], byte[]> producer;
    private final String incarnation;

    Traffic(String bootstrapServers) throws Exception {
        incarnation = Repositories.incarnation(bootstrapServers);
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers), new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** An upload that passes all topics. */
    Upload pass(int lane) throws Exception {
        var upload = upload(lane);
        long offset = producer.send(Records.received(upload)).get().offset();
        var origin = new Origin(incarnation, 0, offset);
        producer.send(Records.extracted(upload, origin, Map.of("links", 0.5), 100, 20))
                .get();
        producer.send(Records.predicted(upload, origin)).get();
        producer.send(Records.published(upload, origin, Status.SUCCEEDED, 0.98)).get();
        return upload;
    }

    /** An upload whose result was known. */
    void passFromCache(int lane) throws Exception {
        var upload = upload(lane);
        long offset =
                producer.send(Records.known(Topics.UPLOADS, upload, null)).get().offset();
        producer.send(Records.published(upload, new Origin(incarnation, 0, offset), Status.SUCCEEDED, 0.75))
                .get();
    }

    /** Features of uploads of now; their words are as in training, and but for {@code shift} their embeddings. */
    void rows(DoubleSupplier links, float shift, int count) {
        for (int i = 0; i < count; i++) {
            var features = Map.of("links", links.getAsDouble(), "words", random.nextDouble());
            float[] embedding = embedding(random);
            embedding[3] += shift;
            producer.send(Records.extracted(upload(5), new Origin(incarnation, 0, i), features, 100, 20, embedding));
        }
    }

    /** Of a text as in training. */
    static float[] embedding(SplittableRandom random) {
        var embedding = new float[8];
        for (int i = 0; i < embedding.length; i++) {
            embedding[i] = (float) random.nextGaussian();
        }
        return embedding;
    }

    /** Labels of uploads that never came, of which a share are contrary to the score. */
    void labels(int count, double wrong) {
        for (int i = 0; i < count; i++) {
            boolean positive = i % 2 == 0;
            boolean right = i >= count * wrong;
            var id = UUID.randomUUID();
            var feedback = new FeedbackReceived(
                    id,
                    1,
                    "spam",
                    positive == right ? "spam" : "ham",
                    positive ? "spam" : "ham",
                    "spam",
                    positive ? 0.99 : 0.01,
                    0.5,
                    new UploadResult.Model("spam", "2", "ab", "fp32"),
                    Instant.now(),
                    Instant.now());
            producer.send(new ProducerRecord<>(
                    Topics.FEEDBACK, 0, id.toString().getBytes(US_ASCII), JSON.writeValueAsBytes(feedback)));
        }
        producer.flush();
    }

    private static Upload upload(int lane) {
        return new Upload(UUID.randomUUID(), lane, Instant.ofEpochMilli(System.currentTimeMillis()));
    }

    @Override
    public void close() {
        producer.close();
    }
}
