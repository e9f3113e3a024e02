package dev.millrace.monitoring.flow;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.millrace.contract.Headers;
import dev.millrace.contract.Hop;
import dev.millrace.contract.Origin;
import dev.millrace.contract.OutcomeKind;
import dev.millrace.contract.SeriesValues;
import dev.millrace.contract.Topics;
import dev.millrace.contract.UploadResult;
import dev.millrace.contract.v1.FeaturesExtracted;
import dev.millrace.contract.v1.OutcomeExpired;
import dev.millrace.contract.v1.OutcomeFailed;
import dev.millrace.contract.v1.OutcomeKnown;
import dev.millrace.contract.v1.PredictionMade;
import dev.millrace.contract.v1.UploadReceived;
import java.time.Instant;
import java.util.HashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Turns records of the lane topics into {@link Observed}. Stateless, so safe to share between threads. */
public final class RecordDecoder {
    private static final Instant EARLIEST = Instant.EPOCH;
    private static final Instant LATEST = Instant.parse("2200-01-01T00:00:00Z");

    private static final int LONGEST_TEXT = 256;
    private static final int MOST_HOPS = 16;

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** @throws UndecodableRecordException if the headers or the body are not what the topic holds */
    public Observed decode(ConsumerRecord<byte[], byte @Nullable []> source) throws UndecodableRecordException {
        byte @Nullable [] value = source.value();
        if (value == null) {
            throw new UndecodableRecordException("body: none (expected: an event)");
        }
        requireHeader(source, Headers.UPLOAD_ID);
        boolean upload = source.topic().equals(Topics.UPLOADS);
        var body = body(source, value);
        // The sender of a result knows its own hop only when it writes the body.
        var hops = body instanceof Observed.Published(var result)
                ? result.hops()
                : Hop.parse(Headers.text(source.headers(), Headers.HOPS));
        for (var hop : hops) {
            requirePlausible("hops.receivedAt", hop.receivedAt());
            requirePlausible("hops.sentAt", hop.sentAt());
        }
        return new Observed(
                source.topic(),
                source.partition(),
                Instant.ofEpochMilli(source.timestamp()),
                upload ? null : origin(source),
                hops,
                body);
    }

    private static Observed.Body body(ConsumerRecord<byte[], byte @Nullable []> source, byte[] value)
            throws UndecodableRecordException {
        try {
            return switch (source.topic()) {
                case Topics.UPLOADS -> {
                    if (outcome(source) == OutcomeKind.KNOWN) {
                        yield known(value);
                    }
                    UploadReceived.parseFrom(value);
                    yield new Observed.Uploaded();
                }
                case Topics.FEATURES ->
                    switch (outcome(source)) {
                        case VALUE -> extracted(FeaturesExtracted.parseFrom(value));
                        case KNOWN -> known(value);
                        case FAILED -> failed(value);
                        case EXPIRED -> expired(value);
                    };
                case Topics.PREDICTIONS ->
                    switch (outcome(source)) {
                        case VALUE -> predicted(PredictionMade.parseFrom(value));
                        case KNOWN -> predicted(OutcomeKnown.parseFrom(value).getPrediction());
                        case FAILED -> failed(value);
                        case EXPIRED -> expired(value);
                    };
                case Topics.RESULTS -> new Observed.Published(result(value));
                default ->
                    throw new UndecodableRecordException(
                            "topic: '%s' (expected one of %s)".formatted(source.topic(), Topics.LANE_TOPICS));
            };
        } catch (InvalidProtocolBufferException e) {
            throw new UndecodableRecordException("body: not the Protobuf message of its topic", e);
        }
    }

    private static Observed.Body extracted(FeaturesExtracted event) throws UndecodableRecordException {
        try {
            return new Observed.Extracted(
                    event.getPipeline(),
                    SeriesValues.of(event),
                    event.getContentType(),
                    RowFactsDecoder.of(event),
                    RowFactsDecoder.embedding(event));
        } catch (IllegalArgumentException e) {
            throw new UndecodableRecordException(String.valueOf(e.getMessage()), e);
        }
    }

    private static Observed.Body predicted(PredictionMade event) throws UndecodableRecordException {
        if (event.getLabelsCount() != event.getProbabilitiesCount()) {
            throw new UndecodableRecordException("probabilities: %d (expected: %d, one a label)"
                    .formatted(event.getProbabilitiesCount(), event.getLabelsCount()));
        }
        var probabilities = new HashMap<String, Double>();
        for (int i = 0; i < event.getLabelsCount(); i++) {
            probabilities.put(event.getLabels(i), event.getProbabilities(i));
        }
        return new Observed.Predicted(
                event.getPipeline(),
                event.getModel().getName(),
                event.getModel().getVersion(),
                probabilities);
    }

    private static Observed.Body known(byte[] value) throws InvalidProtocolBufferException {
        return new Observed.Known(RowFactsDecoder.of(OutcomeKnown.parseFrom(value)));
    }

    private static Observed.Body failed(byte[] value) throws InvalidProtocolBufferException {
        return new Observed.Failed(RowFactsDecoder.isOfEmbedding(OutcomeFailed.parseFrom(value)));
    }

    private static Observed.Body expired(byte[] value) throws InvalidProtocolBufferException {
        OutcomeExpired.parseFrom(value);
        return new Observed.Expired();
    }

    @SuppressWarnings("ConstantValue") // JSON may leave out what the record's type says is there.
    private static UploadResult result(byte[] value) throws UndecodableRecordException {
        UploadResult result;
        try {
            result = JSON.readValue(value, UploadResult.class);
        } catch (JacksonException e) {
            throw new UndecodableRecordException("body: not a result in JSON", e);
        }
        if (result == null
                || result.id() == null
                || result.pipeline() == null
                || result.status() == null
                || result.acceptedAt() == null
                || result.publishedAt() == null
                || (result.model() != null
                        && (result.model().name() == null || result.model().version() == null))
                || (result.error() != null
                        && (result.error().code() == null || result.error().stage() == null))) {
            throw new UndecodableRecordException(
                    "body: incomplete (expected: id, pipeline, status, acceptedAt and publishedAt; a model's name and"
                            + " version, an error's code and stage)");
        }
        requireShort("label", result.label());
        requireShort("traceId", result.traceId());
        requireShort(
                "error.code", result.error() == null ? null : result.error().code());
        requireShort(
                "model.name", result.model() == null ? null : result.model().name());
        requireShort(
                "model.version", result.model() == null ? null : result.model().version());
        if (result.hops().size() > MOST_HOPS) {
            throw new UndecodableRecordException(
                    "hops: %d (expected: at most %d)".formatted(result.hops().size(), MOST_HOPS));
        }
        requireProbability("score", result.score());
        requireProbability("threshold", result.threshold());
        requirePlausible("acceptedAt", result.acceptedAt());
        requirePlausible("publishedAt", result.publishedAt());
        return result;
    }

    /** Recent results are sent to each page once a second. */
    private static void requireShort(String name, @Nullable String text) throws UndecodableRecordException {
        if (text != null && text.length() > LONGEST_TEXT) {
            throw new UndecodableRecordException(
                    "%s: %d characters (expected: at most %d)".formatted(name, text.length(), LONGEST_TEXT));
        }
    }

    /** JSON writers may put {@code "NaN"} or {@code 1e999} where a number belongs. */
    private static void requireProbability(String name, @Nullable Double value) throws UndecodableRecordException {
        if (value != null && !(value >= 0 && value <= 1)) {
            throw new UndecodableRecordException("%s: %s (expected: 0 to 1)".formatted(name, value));
        }
    }

    /** Times far off are no times: sums with them overflow. */
    private static void requirePlausible(String name, Instant time) throws UndecodableRecordException {
        if (time.isBefore(EARLIEST) || time.isAfter(LATEST)) {
            throw new UndecodableRecordException("%s: %s (expected: %s to %s)".formatted(name, time, EARLIEST, LATEST));
        }
    }

    private static OutcomeKind outcome(ConsumerRecord<?, ?> source) throws UndecodableRecordException {
        try {
            return OutcomeKind.of(Headers.text(source.headers(), Headers.OUTCOME));
        } catch (IllegalArgumentException e) {
            throw new UndecodableRecordException(String.valueOf(e.getMessage()), e);
        }
    }

    private static Origin origin(ConsumerRecord<?, ?> source) throws UndecodableRecordException {
        try {
            return Origin.parse(requireHeader(source, Headers.ORIGIN));
        } catch (IllegalArgumentException e) {
            throw new UndecodableRecordException(String.valueOf(e.getMessage()), e);
        }
    }

    private static String requireHeader(ConsumerRecord<?, ?> source, String name) throws UndecodableRecordException {
        String text = Headers.text(source.headers(), name);
        if (text == null) {
            throw new UndecodableRecordException(name + ": none (expected: a value)");
        }
        return text;
    }
}
