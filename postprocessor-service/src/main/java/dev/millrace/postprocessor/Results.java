package dev.millrace.postprocessor;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.millrace.contract.ErrorCode;
import dev.millrace.contract.Hop;
import dev.millrace.contract.OutcomeKind;
import dev.millrace.contract.UploadResult;
import dev.millrace.contract.UploadResult.Status;
import dev.millrace.contract.v1.OutcomeExpired;
import dev.millrace.contract.v1.OutcomeFailed;
import dev.millrace.contract.v1.OutcomeKnown;
import dev.millrace.contract.v1.PredictionMade;
import dev.millrace.pipeline.PipelineCatalog;
import dev.millrace.pipeline.Verdict;
import dev.millrace.stage.PermanentFailureException;
import dev.millrace.stage.ResultFactory;
import dev.millrace.stage.UploadHeaders;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Makes {@link UploadResult}s, as CloudEvents in binary mode with a JSON body. Thread-safe. */
final class Results implements ResultFactory {
    private static final Pattern TRACEPARENT = Pattern.compile("00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}");

    private final PipelineCatalog pipelines;
    private final JsonMapper json;
    private final InstantSource clock;

    Results(PipelineCatalog pipelines, JsonMapper json, InstantSource clock) {
        this.pipelines = pipelines;
        this.json = json;
        this.clock = clock;
    }

    @Override
    public byte[] succeeded(UploadHeaders headers, byte[] body, Instant receivedAt, Headers published) {
        PredictionMade prediction;
        try {
            prediction = PredictionMade.parseFrom(body);
        } catch (InvalidProtocolBufferException e) {
            throw new PermanentFailureException(
                    ErrorCode.UNDECODABLE_RECORD, "body of %d bytes: %s".formatted(body.length, e.getMessage()));
        }
        var pipeline = pipelines
                .find(prediction.getPipeline())
                .orElseThrow(() -> new PermanentFailureException(
                        ErrorCode.UNKNOWN_PIPELINE,
                        "pipeline: '%s' (expected: one of this model repository)".formatted(prediction.getPipeline())));
        var verdict = Verdict.of(pipeline, prediction);
        var result = result(headers, Status.SUCCEEDED, receivedAt)
                .verdict(verdict.label(), verdict.score(), verdict.threshold())
                .models(UploadResult.Model.of(prediction.getModel()), UploadResult.Model.of(prediction.getEncoder()))
                .build();
        return write(result, published);
    }

    @Override
    public byte[] ended(UploadHeaders headers, OutcomeKind kind, byte[] body, Instant receivedAt, Headers published) {
        var result =
                switch (kind) {
                    case FAILED -> failed(headers, body, receivedAt);
                    case EXPIRED -> result(headers, Status.EXPIRED, receivedAt).error(expired(headers, body));
                    case KNOWN -> known(headers, body, receivedAt);
                    case VALUE -> throw new IllegalArgumentException("kind: VALUE (expected: another)");
                };
        return write(result.build(), published);
    }

    /** As collector has answered it: what this service would make of the prediction, or of the deadline, comes too late. */
    private ResultBuilder known(UploadHeaders headers, byte[] body, Instant receivedAt) {
        OutcomeKnown known;
        try {
            known = OutcomeKnown.parseFrom(body);
        } catch (InvalidProtocolBufferException e) {
            throw new PermanentFailureException(
                    ErrorCode.UNDECODABLE_RECORD, "body of %d bytes: %s".formatted(body.length, e.getMessage()));
        }
        return result(headers, Status.SUCCEEDED, receivedAt)
                .verdict(known.getLabel(), known.getScore(), known.getThreshold())
                .models(
                        UploadResult.Model.of(known.getPrediction().getModel()),
                        UploadResult.Model.of(known.getPrediction().getEncoder()));
    }

    private ResultBuilder failed(UploadHeaders headers, byte[] body, Instant receivedAt) {
        OutcomeFailed failed;
        try {
            failed = OutcomeFailed.parseFrom(body);
        } catch (InvalidProtocolBufferException e) {
            failed = OutcomeFailed.newBuilder()
                    .setCode(ErrorCode.UNDECODABLE_RECORD.name())
                    .setDetail("failure of %d bytes: %s".formatted(body.length, e.getMessage()))
                    .setStage("postprocessor")
                    .build();
        }
        return result(headers, Status.FAILED, receivedAt)
                .error(new UploadResult.Error(
                        failed.getCode(),
                        title(failed.getCode()),
                        failed.getDetail(),
                        failed.getStage(),
                        failed.getDeadLetter().isEmpty() ? null : failed.getDeadLetter()))
                .models(failed.hasModel() ? UploadResult.Model.of(failed.getModel()) : null, null);
    }

    private static UploadResult.Error expired(UploadHeaders headers, byte[] body) {
        String stage;
        try {
            stage = OutcomeExpired.parseFrom(body).getStage();
        } catch (InvalidProtocolBufferException e) {
            stage = "unknown";
        }
        return new UploadResult.Error(
                ErrorCode.DEADLINE_EXCEEDED.name(),
                ErrorCode.DEADLINE_EXCEEDED.title(),
                "deadline: " + headers.deadline() + " had passed",
                stage,
                null);
    }

    private ResultBuilder result(UploadHeaders headers, Status status, Instant receivedAt) {
        Instant now = clock.instant();
        List<Hop> hops = new ArrayList<>(headers.hops());
        hops.add(new Hop("postprocessor", receivedAt, now));
        return new ResultBuilder(headers, status, now, hops, traceId(headers.traceparent()));
    }

    private byte[] write(UploadResult result, Headers published) {
        set(published, "content-type", "application/json");
        set(published, "ce_specversion", "1.0");
        set(published, "ce_id", result.id() + "/" + result.attempt());
        set(published, "ce_source", "/millrace/" + result.pipeline());
        set(published, "ce_type", UploadResult.EVENT_TYPE);
        set(published, "ce_subject", result.id().toString());
        set(published, "ce_time", result.publishedAt().toString());
        return json.writeValueAsBytes(result);
    }

    private static void set(Headers headers, String name, String value) {
        headers.remove(name).add(name, value.getBytes(UTF_8));
    }

    private static String title(String code) {
        try {
            return ErrorCode.valueOf(code).title();
        } catch (IllegalArgumentException e) {
            return "The upload failed";
        }
    }

    static @Nullable String traceId(@Nullable String traceparent) {
        var matcher = TRACEPARENT.matcher(traceparent == null ? "" : traceparent);
        return matcher.matches() ? matcher.group(1) : null;
    }
}
