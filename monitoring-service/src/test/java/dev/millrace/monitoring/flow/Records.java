package dev.millrace.monitoring.flow;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import dev.millrace.contract.Headers;
import dev.millrace.contract.Hop;
import dev.millrace.contract.Origin;
import dev.millrace.contract.OutcomeKind;
import dev.millrace.contract.Tensors;
import dev.millrace.contract.Topics;
import dev.millrace.contract.UploadResult;
import dev.millrace.contract.v1.ElementType;
import dev.millrace.contract.v1.FeaturesExtracted;
import dev.millrace.contract.v1.ModelReference;
import dev.millrace.contract.v1.OutcomeFailed;
import dev.millrace.contract.v1.OutcomeKnown;
import dev.millrace.contract.v1.PredictionMade;
import dev.millrace.contract.v1.Tensor;
import dev.millrace.contract.v1.UploadReceived;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Records as the services write them, for tests. */
public final class Records {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private Records() {}

    /** One upload on its way through lane {@code lane}, which it entered at {@code acceptedAt}. */
    public record Upload(UUID id, int lane, Instant acceptedAt) {
        /** Hops of 10 ms each with 5 ms between them, as far as the n-th service. */
        List<Hop> hops(int services) {
            var names = Flow.STAGES;
            var hops = new ArrayList<Hop>();
            for (int i = 0; i < services; i++) {
                var received = acceptedAt.plusMillis(15L * i);
                hops.add(new Hop(names.get(i), received, received.plusMillis(10)));
            }
            return hops;
        }
    }

    public static ProducerRecord<byte[], byte[]> received(Upload upload) {
        var body = UploadReceived.newBuilder().setPipeline("spam").build().toByteArray();
        return producerRecord(Topics.UPLOADS, upload, 1, null, OutcomeKind.VALUE, body);
    }

    public static ProducerRecord<byte[], byte[]> extracted(
            Upload upload, Origin origin, Map<String, Double> features, int textLength, int tokenCount) {
        return extracted(upload, origin, features, textLength, tokenCount, new float[0]);
    }

    public static ProducerRecord<byte[], byte[]> extracted(
            Upload upload,
            Origin origin,
            Map<String, Double> features,
            int textLength,
            int tokenCount,
            float[] embedding) {
        var ordered = new LinkedHashMap<>(features);
        var values = ByteBuffer.allocate(ordered.size() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        ordered.values().forEach(value -> values.putFloat(value.floatValue()));
        var body = FeaturesExtracted.newBuilder()
                .setPipeline("spam")
                .setTextLength(textLength)
                .setTokenCount(tokenCount)
                .addAllFeatureNames(ordered.keySet())
                .addTensors(Tensor.newBuilder()
                        .setName("features")
                        .setElementType(ElementType.FLOAT32)
                        .addShape(ordered.size())
                        .setData(ByteString.copyFrom(values.array())))
                .addTensors(Tensors.of("embedding", embedding))
                .build();
        return producerRecord(Topics.FEATURES, upload, 2, origin, OutcomeKind.VALUE, body.toByteArray());
    }

    public static ProducerRecord<byte[], byte[]> predicted(Upload upload, Origin origin) {
        var body = PredictionMade.newBuilder()
                .setPipeline("spam")
                .setModel(ModelReference.newBuilder().setName("spam").setVersion("2"))
                .build();
        return producerRecord(Topics.PREDICTIONS, upload, 3, origin, OutcomeKind.VALUE, body.toByteArray());
    }

    public static ProducerRecord<byte[], byte[]> known(String topic, Upload upload, @Nullable Origin origin) {
        var body = OutcomeKnown.newBuilder()
                .setPrediction(PredictionMade.newBuilder()
                        .setPipeline("spam")
                        .setModel(ModelReference.newBuilder().setName("spam").setVersion("2")))
                .setLabel("spam")
                .setScore(0.75)
                .setThreshold(0.5)
                .build();
        return producerRecord(
                topic, upload, Topics.LANE_TOPICS.indexOf(topic) + 1, origin, OutcomeKind.KNOWN, body.toByteArray());
    }

    public static ProducerRecord<byte[], byte[]> failed(String topic, Upload upload, Origin origin) {
        var body = OutcomeFailed.newBuilder()
                .setCode("MALFORMED_MAIL")
                .setStage("feature-service")
                .build();
        return producerRecord(
                topic, upload, Topics.LANE_TOPICS.indexOf(topic) + 1, origin, OutcomeKind.FAILED, body.toByteArray());
    }

    public static ProducerRecord<byte[], byte[]> expired(String topic, Upload upload, Origin origin) {
        return producerRecord(
                topic, upload, Topics.LANE_TOPICS.indexOf(topic) + 1, origin, OutcomeKind.EXPIRED, new byte[0]);
    }

    public static ProducerRecord<byte[], byte[]> published(
            Upload upload, Origin origin, UploadResult.Status status, @Nullable Double score) {
        boolean failed = status == UploadResult.Status.FAILED;
        var result = new UploadResult(
                upload.id(),
                1,
                "spam",
                status,
                score == null ? null : score >= 0.5 ? "spam" : "ham",
                score,
                score == null ? null : 0.5,
                score == null ? null : new UploadResult.Model("spam", "2", "00", "fp32"),
                null,
                failed
                        ? new UploadResult.Error("MALFORMED_MAIL", "Malformed", "no header", "feature-service", null)
                        : null,
                upload.acceptedAt(),
                upload.acceptedAt().plusMillis(60),
                upload.hops(4),
                upload.id().toString().replace("-", ""));
        return producerRecord(Topics.RESULTS, upload, 3, origin, OutcomeKind.VALUE, JSON.writeValueAsBytes(result));
    }

    private static ProducerRecord<byte[], byte[]> producerRecord(
            String topic, Upload upload, int services, @Nullable Origin origin, OutcomeKind outcome, byte[] body) {
        var made = new ProducerRecord<>(
                topic, upload.lane(), upload.id().toString().getBytes(UTF_8), body);
        var headers = made.headers();
        Headers.set(headers, Headers.UPLOAD_ID, upload.id().toString());
        Headers.set(headers, Headers.ATTEMPT, "1");
        Headers.set(headers, Headers.PIPELINE, "spam");
        Headers.set(
                headers, Headers.ACCEPTED_AT, Long.toString(upload.acceptedAt().toEpochMilli()));
        Headers.set(headers, Headers.SCHEMA, Headers.SCHEMA_VERSION);
        Headers.set(headers, Headers.HOPS, Hop.format(upload.hops(services)));
        if (origin != null) {
            Headers.set(headers, Headers.ORIGIN, origin.toString());
        }
        if (outcome != OutcomeKind.VALUE) {
            Headers.set(headers, Headers.OUTCOME, outcome.header());
        }
        return made;
    }
}
