package dev.millrace.monitoring.drift;

import com.google.protobuf.ByteString;
import dev.millrace.contract.Headers;
import dev.millrace.contract.SeriesValues;
import dev.millrace.contract.Topics;
import dev.millrace.drift.window.Fault;
import dev.millrace.drift.window.RowFacts;
import dev.millrace.monitoring.flow.Observed;
import dev.millrace.monitoring.flow.RecordDecoder;
import dev.millrace.monitoring.flow.UndecodableRecordException;
import dev.millrace.pipeline.Pipeline;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Turns records of features and predictions into {@link Row}s. Safe to share between threads. */
final class RowDecoder {
    /** By which the clocks of two machines may differ. */
    private static final Duration CLOCKS = Duration.ofSeconds(5);

    private final RecordDecoder decoder = new RecordDecoder();
    private final Map<String, Pipeline> pipelines;

    /** @param pipelines say which model's profile an upload's features are compared with, and what makes its score and label */
    RowDecoder(Collection<Pipeline> pipelines) {
        this.pipelines = pipelines.stream().collect(Collectors.toMap(Pipeline::name, Function.identity()));
    }

    /**
     * Decodes.
     *
     * @return nothing for failures of other things than the data, expiries and pipelines that are not known
     * @throws UndecodableRecordException if the body is not what the topic holds
     * @throws IllegalArgumentException if a header is not what it should be
     */
    Optional<Row> decode(ConsumerRecord<byte[], byte @Nullable []> source) throws UndecodableRecordException {
        var observed = decoder.decode(source);
        return switch (observed.body()) {
            case Observed.Extracted(var pipeline, var inputs, var type, var facts, var embedding) ->
                Optional.ofNullable(pipelines.get(pipeline))
                        .map(known -> row(source, observed, model(known), inputs, with(facts, known, type), embedding));
            case Observed.Predicted(var pipeline, var model, var version, var probabilities) ->
                Optional.ofNullable(pipelines.get(pipeline))
                        .map(known -> predicted(source, observed, model + "/" + version, known, probabilities));
            // On the topics before and after, the same upload tells nothing new.
            case Observed.Known(var facts) -> ofPipeline(source, observed, facts);
            case Observed.Failed(boolean embedding) ->
                embedding && source.topic().equals(Topics.FEATURES)
                        ? ofPipeline(source, observed, RowFacts.of(RowFacts.Kind.INPUT, Fault.INVALID_EMBEDDING))
                        : Optional.empty();
            case Observed.Uploaded _, Observed.Expired _, Observed.Published _ -> Optional.empty();
        };
    }

    private static Row predicted(
            ConsumerRecord<?, ?> source,
            Observed observed,
            String model,
            Pipeline pipeline,
            Map<String, Double> probabilities) {
        var score = probabilities.get(pipeline.positiveLabel());
        return score == null
                ? row(source, observed, model, Map.of(), RowFacts.of(RowFacts.Kind.PREDICTION, Fault.UNKNOWN_CATEGORY))
                : row(
                        source,
                        observed,
                        model,
                        SeriesValues.of(score, pipeline.threshold()),
                        RowFacts.none(RowFacts.Kind.PREDICTION));
    }

    /** Of an upload whose body does not say its pipeline. */
    private Optional<Row> ofPipeline(ConsumerRecord<?, ?> source, Observed observed, RowFacts facts) {
        return Optional.ofNullable(pipelines.get(String.valueOf(Headers.text(source.headers(), Headers.PIPELINE))))
                .map(known -> row(source, observed, model(known), Map.of(), facts));
    }

    private static RowFacts with(RowFacts facts, Pipeline pipeline, String contentType) {
        return contentType.isEmpty() || pipeline.contentTypes().contains(contentType)
                ? facts
                : facts.with(Fault.UNKNOWN_CATEGORY);
    }

    /** The version that answers a pipeline's uploads, as in {@code spam/2}. */
    static String model(Pipeline pipeline) {
        return pipeline.model().name() + "/" + pipeline.model().version();
    }

    private static Row row(
            ConsumerRecord<?, ?> source, Observed observed, String model, Map<String, Double> values, RowFacts facts) {
        return row(source, observed, model, values, facts, ByteString.EMPTY);
    }

    private static Row row(
            ConsumerRecord<?, ?> source,
            Observed observed,
            String model,
            Map<String, Double> values,
            RowFacts facts,
            ByteString embedding) {
        var origin = observed.origin();
        if (origin == null) {
            throw new IllegalArgumentException(
                    "%s: none (expected: where the upload stands)".formatted(Headers.ORIGIN));
        }
        var accepted = Instant.ofEpochMilli(Long.parseLong(header(source, Headers.ACCEPTED_AT)));
        boolean ahead = accepted.isAfter(observed.at().plus(CLOCKS));
        return new Row(
                source.topic(),
                observed.at(),
                accepted,
                origin,
                UUID.fromString(header(source, Headers.UPLOAD_ID)),
                model,
                values,
                ahead ? facts.with(Fault.TIMESTAMP_SKEW) : facts,
                embedding);
    }

    private static String header(ConsumerRecord<?, ?> source, String name) {
        String text = Headers.text(source.headers(), name);
        if (text == null) {
            throw new IllegalArgumentException(name + ": none (expected: a value)");
        }
        return text;
    }
}
