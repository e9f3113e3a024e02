package dev.millrace.collector;

import static dev.millrace.collector.problem.RequestProblem.quote;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.millrace.collector.Uploads.Standing;
import dev.millrace.collector.problem.RequestProblem;
import dev.millrace.contract.ErrorCode;
import dev.millrace.contract.FeedbackReceived;
import dev.millrace.contract.Topics;
import dev.millrace.contract.UploadResult;
import dev.millrace.pipeline.ContentKeys;
import dev.millrace.pipeline.Pipeline;
import dev.millrace.pipeline.PipelineCatalog;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.core.KafkaOperations;
import tools.jackson.databind.json.JsonMapper;

/**
 * Takes what uploads truly were, and hands it on beside what was predicted. It may come as often as one likes, and the last
 * one counts, so a request that ended badly can be sent again. Thread-safe.
 */
final class Feedbacks {
    private static final Logger LOGGER = LoggerFactory.getLogger(Feedbacks.class);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Uploads uploads;
    private final PipelineCatalog pipelines;
    private final ContentKeys keys;
    private final KafkaOperations<byte[], byte[]> kafka;
    private final InstantSource clock;
    private final Duration timeout;

    Feedbacks(
            Uploads uploads,
            PipelineCatalog pipelines,
            ContentKeys keys,
            KafkaOperations<byte[], byte[]> kafka,
            InstantSource clock,
            Duration timeout) {
        this.uploads = uploads;
        this.pipelines = pipelines;
        this.keys = keys;
        this.kafka = kafka;
        this.clock = clock;
        this.timeout = timeout;
    }

    /**
     * Hands feedback on: returns once all replicas have it.
     *
     * @throws RequestProblem if there is no such upload, prediction or label, or Kafka did not acknowledge
     */
    FeedbackReceived accept(UUID id, String label) {
        var result = resultOf(id);
        var pipeline = pipelines.find(result.pipeline()).orElseThrow(() -> new RequestProblem(
                        ErrorCode.UNKNOWN_PIPELINE,
                        "pipeline: %s, the upload's (expected: one of GET /v1/pipelines)"
                                .formatted(quote(result.pipeline())))
                .about(id));
        var feedback = feedback(result, pipeline, label);
        send(feedback);
        LOGGER.atInfo().addKeyValue("pipeline", result.pipeline()).log("feedback taken");
        return feedback;
    }

    private FeedbackReceived feedback(UploadResult result, Pipeline pipeline, String label) {
        var predicted = result.label();
        var score = result.score();
        var threshold = result.threshold();
        var model = result.model();
        if (predicted == null || score == null || threshold == null || model == null) {
            throw new RequestProblem(
                            ErrorCode.NOTHING_PREDICTED, "status: %s (expected: SUCCEEDED)".formatted(result.status()))
                    .about(result.id());
        }
        List<String> labels = keys.model(pipeline).labels();
        if (!labels.contains(label)) {
            throw new RequestProblem(
                            ErrorCode.UNKNOWN_LABEL,
                            "label: %s (expected: one of %s)".formatted(quote(label), String.join(", ", labels)))
                    .about(result.id());
        }
        if (!labels.contains(predicted) || predicted.equals(pipeline.positiveLabel()) != score >= threshold) {
            throw new RequestProblem(
                            ErrorCode.NOTHING_PREDICTED,
                            "model: %s/%s, which predicted %s by labels that the pipeline had then (expected: those of today, %s)"
                                    .formatted(
                                            model.name(), model.version(), quote(predicted), String.join(", ", labels)))
                    .about(result.id());
        }
        return new FeedbackReceived(
                result.id(),
                result.attempt(),
                result.pipeline(),
                label,
                predicted,
                pipeline.positiveLabel(),
                score,
                threshold,
                model,
                result.acceptedAt(),
                clock.instant().truncatedTo(ChronoUnit.MILLIS));
    }

    private UploadResult resultOf(UUID id) {
        return switch (uploads.find(id)) {
            case Standing.Finished(var _, var json) -> JSON.readValue(json, UploadResult.class);
            case Standing.Running _, Standing.Known _ ->
                throw new RequestProblem(ErrorCode.NOTHING_PREDICTED, "status: PENDING (expected: SUCCEEDED)")
                        .about(id)
                        .retryAfter(Duration.ofSeconds(1));
            case Standing.Unclear _ ->
                throw new RequestProblem(
                                ErrorCode.STORE_UNAVAILABLE,
                                "Redis cannot be asked, so what was predicted cannot be told.")
                        .about(id)
                        .retryAfter(Duration.ofSeconds(1));
        };
    }

    private void send(FeedbackReceived feedback) {
        var message = new ProducerRecord<>(
                Topics.FEEDBACK, feedback.id().toString().getBytes(US_ASCII), JSON.writeValueAsBytes(feedback));
        try {
            var _ = kafka.send(message).get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw notTaken(feedback.id(), e);
        } catch (RuntimeException | ExecutionException | TimeoutException e) {
            throw notTaken(feedback.id(), e);
        }
    }

    private static RequestProblem notTaken(UUID id, Exception cause) {
        LOGGER.atWarn().addKeyValue("cause", cause.toString()).log("feedback not sent");
        return new RequestProblem(ErrorCode.PIPELINE_UNAVAILABLE, "The feedback may not be kept; it can be sent again.")
                .about(id)
                .retryAfter(Duration.ofSeconds(2));
    }
}
