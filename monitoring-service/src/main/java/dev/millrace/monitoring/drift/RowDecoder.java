package dev.millrace.monitoring.drift;

import dev.millrace.contract.Headers;
import dev.millrace.monitoring.flow.Observed;
import dev.millrace.monitoring.flow.RecordDecoder;
import dev.millrace.monitoring.flow.UndecodableRecordException;
import dev.millrace.pipeline.Pipeline;
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
    private final RecordDecoder decoder = new RecordDecoder();
    private final Map<String, Pipeline> pipelines;

    /** @param pipelines say which model's profile an upload's features are compared with, and which label makes its score */
    RowDecoder(Collection<Pipeline> pipelines) {
        this.pipelines = pipelines.stream().collect(Collectors.toMap(Pipeline::name, Function.identity()));
    }

    /**
     * Decodes.
     *
     * @return nothing for failures, expiries and pipelines that are not known
     * @throws UndecodableRecordException if the body is not what the topic holds
     * @throws IllegalArgumentException if a header is not what it should be
     */
    Optional<Row> decode(ConsumerRecord<byte[], byte @Nullable []> source) throws UndecodableRecordException {
        var observed = decoder.decode(source);
        return switch (observed.body()) {
            case Observed.Extracted(var pipeline, var inputs) ->
                Optional.ofNullable(pipelines.get(pipeline)).map(known -> row(source, observed, model(known), inputs));
            case Observed.Predicted(var pipeline, var model, var version, var probabilities) ->
                Optional.ofNullable(pipelines.get(pipeline))
                        .flatMap(known -> Optional.ofNullable(probabilities.get(known.positiveLabel())))
                        .map(score -> row(source, observed, model + "/" + version, Map.of("score", score)));
            case Observed.Uploaded _, Observed.Known _, Observed.Failed _, Observed.Expired _, Observed.Published _ ->
                Optional.empty();
        };
    }

    /** The version that answers a pipeline's uploads, as in {@code spam/2}. */
    static String model(Pipeline pipeline) {
        return pipeline.model().name() + "/" + pipeline.model().version();
    }

    private static Row row(ConsumerRecord<?, ?> source, Observed observed, String model, Map<String, Double> values) {
        var origin = observed.origin();
        if (origin == null) {
            throw new IllegalArgumentException(
                    "%s: none (expected: where the upload stands)".formatted(Headers.ORIGIN));
        }
        return new Row(
                source.topic(),
                observed.at(),
                Instant.ofEpochMilli(Long.parseLong(header(source, Headers.ACCEPTED_AT))),
                origin,
                UUID.fromString(header(source, Headers.UPLOAD_ID)),
                model,
                values);
    }

    private static String header(ConsumerRecord<?, ?> source, String name) {
        String text = Headers.text(source.headers(), name);
        if (text == null) {
            throw new IllegalArgumentException(name + ": none (expected: a value)");
        }
        return text;
    }
}
