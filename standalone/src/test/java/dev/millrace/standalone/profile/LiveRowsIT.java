package dev.millrace.standalone.profile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.millrace.contract.Headers;
import dev.millrace.contract.OutcomeKind;
import dev.millrace.contract.Topics;
import dev.millrace.contract.UploadResult;
import dev.millrace.contract.v1.ElementType;
import dev.millrace.contract.v1.FeaturesExtracted;
import dev.millrace.contract.v1.Tensor;
import dev.millrace.drift.profile.SeriesProfile;
import dev.millrace.sandbox.Sandbox;
import dev.millrace.sandbox.SandboxExtension;
import dev.millrace.standalone.topic.TopicReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.json.JsonMapper;

/** Records on real topics; each test has a model version of its own. */
@ExtendWith(SandboxExtension.class)
class LiveRowsIT {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Instant begin = Instant.now().minusSeconds(1);
    private final String version = UUID.randomUUID().toString();
    private final TopicReader reader;
    private final KafkaProducer<byte[], byte[]> producer;

    LiveRowsIT(Sandbox sandbox) {
        reader = new TopicReader(sandbox.bootstrapServers());
        producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", sandbox.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    @AfterEach
    void close() {
        reader.close();
        producer.close();
    }

    @Test
    void takesTheUploadsThatAModelHasScoredAndEachOnce() {
        var seen = features(3);
        publish(seen, version, 0.2);
        var cached = UUID.randomUUID();
        publish(cached, version, 0.9);
        publish(cached, version, 0.9);
        publish(features(5), "another", 0.5);
        var tried = features(8);
        features(tried, OutcomeKind.VALUE, 8);
        features(tried, OutcomeKind.FAILED, 8);
        publish(tried, version, 0.4);
        producer.send(new ProducerRecord<>(Topics.RESULTS, 1, null, "no result".getBytes(UTF_8)));
        producer.flush();

        var rows = LiveRows.read(reader, "spam/" + version, begin, 1000);

        assertThat(rows.count()).isEqualTo(3);
        assertThat(rows.profile().series())
                .extracting(SeriesProfile::name)
                .containsExactly("score", "label", "text_length", "token_count", "unknown_token_share", "links");
        var scores = rows.profile().series().getFirst();
        assertThat(scores.grid().edges()).contains(0.2, 0.4, 0.9);
        assertThat(scores.rows()).isEqualTo(3);
        var labels = rows.profile().series().get(1);
        assertThat(labels.rows()).isEqualTo(3);
        assertThat(labels.grid().edges()).contains(1);
        var links = rows.profile().series().getLast();
        assertThat(links.grid().edges()).contains(3, 8).doesNotContain(5);
        assertThat(links.rows()).isEqualTo(2);
    }

    @Test
    void takesTheLastRowsIfThereAreMoreThanAsked() {
        for (int i = 0; i < 30; i++) {
            publish(features(i), version, i / 100.0);
        }
        producer.flush();

        var rows = LiveRows.read(reader, "spam/" + version, begin, 10);

        assertThat(rows.count()).isEqualTo(10);
        assertThat(rows.profile().series()).extracting(SeriesProfile::rows).containsOnly(10L);
        assertThat(rows.profile().series().getFirst().grid().edges())
                .contains(0.29)
                .doesNotContain(0.19);
    }

    private UUID features(int links) {
        var upload = UUID.randomUUID();
        features(upload, OutcomeKind.VALUE, links);
        return upload;
    }

    private void features(UUID upload, OutcomeKind outcome, int links) {
        var value =
                ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN).putFloat(links);
        var body = FeaturesExtracted.newBuilder()
                .setPipeline("spam")
                .setTextLength(100)
                .setTokenCount(20)
                .addFeatureNames("links")
                .addTensors(Tensor.newBuilder()
                        .setName("features")
                        .setElementType(ElementType.FLOAT32)
                        .addShape(1)
                        .setData(ByteString.copyFrom(value.flip())))
                .build();
        var source = new ProducerRecord<byte[], byte[]>(Topics.FEATURES, 2, null, body.toByteArray());
        Headers.set(source.headers(), Headers.UPLOAD_ID, upload.toString());
        if (outcome != OutcomeKind.VALUE) {
            Headers.set(source.headers(), Headers.OUTCOME, outcome.header());
        }
        producer.send(source);
    }

    private void publish(UUID upload, String modelVersion, double score) {
        var now = Instant.now();
        var result = new UploadResult(
                upload,
                1,
                "spam",
                UploadResult.Status.SUCCEEDED,
                "ham",
                score,
                0.5,
                new UploadResult.Model("spam", modelVersion, "ab", "fp32"),
                null,
                null,
                now,
                now,
                List.of(),
                "0");
        producer.send(new ProducerRecord<>(Topics.RESULTS, 2, null, JSON.writeValueAsBytes(result)));
    }
}
