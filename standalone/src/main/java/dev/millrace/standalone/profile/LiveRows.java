package dev.millrace.standalone.profile;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.millrace.contract.Headers;
import dev.millrace.contract.OutcomeKind;
import dev.millrace.contract.SeriesValues;
import dev.millrace.contract.Tensors;
import dev.millrace.contract.Topics;
import dev.millrace.contract.UploadResult;
import dev.millrace.contract.v1.FeaturesExtracted;
import dev.millrace.drift.profile.EmbeddingProfile;
import dev.millrace.standalone.topic.TopicReader;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Rows of the uploads that a model version has scored, from what the topics still hold. */
public final class LiveRows {
    /** By which features may be older than the result. */
    private static final Duration ON_THE_WAY = Duration.ofHours(1);

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private LiveRows() {}

    /**
     * Reads the results of a model version, and the features of their uploads. Uploads whose result was known have score and label alone.
     *
     * @param model name and version, as in {@code spam/2}
     * @param most rows, the last ones read
     */
    public static Rows read(TopicReader reader, String model, Instant since, int most) {
        var scores = new LinkedHashMap<String, Map<String, Double>>();
        reader.read(Topics.RESULTS, since, source -> score(source.value(), model, scores, most));
        var collector = new SeriesCollector();
        scores.values().forEach(collector::add);
        int rows = scores.size();
        var begin = since.isBefore(Instant.EPOCH.plus(ON_THE_WAY)) ? Instant.EPOCH : since.minus(ON_THE_WAY);
        reader.read(Topics.FEATURES, begin, source -> {
            String id = Headers.text(source.headers(), Headers.UPLOAD_ID);
            // An upload that was tried twice is one row.
            if (id != null && isValue(source) && scores.remove(id) != null) {
                collect(collector, UUID.fromString(id), source.value());
            }
        });
        return collector.rows(rows);
    }

    @SuppressWarnings("ConstantValue") // JSON may leave out what the record's type says is there.
    private static void score(
            byte @Nullable [] value, String model, SequencedMap<String, Map<String, Double>> scores, int most) {
        try {
            var result = value == null ? null : JSON.readValue(value, UploadResult.class);
            if (result != null
                    && result.id() != null
                    && result.score() != null
                    && result.threshold() != null
                    && result.model() != null
                    && model.equals(result.model().name() + "/" + result.model().version())) {
                scores.put(result.id().toString(), SeriesValues.of(result.score(), result.threshold()));
                if (scores.size() > most) {
                    scores.pollFirstEntry();
                }
            }
        } catch (JacksonException e) {
            // No result, so not one of this model's.
        }
    }

    private static boolean isValue(ConsumerRecord<?, ?> source) {
        try {
            return OutcomeKind.of(Headers.text(source.headers(), Headers.OUTCOME)) == OutcomeKind.VALUE;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static void collect(SeriesCollector collector, UUID id, byte @Nullable [] body) {
        try {
            if (body != null) {
                var event = FeaturesExtracted.parseFrom(body);
                collector.add(SeriesValues.of(event));
                for (var tensor : event.getTensorsList()) {
                    if (tensor.getName().equals(EmbeddingProfile.NAME)) {
                        collector.add(id, Tensors.floats(tensor));
                    }
                }
            }
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            // No features, so nothing to learn from.
        }
    }
}
