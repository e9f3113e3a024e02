package dev.millrace.contract;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.millrace.contract.v1.ModelReference;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What {@code results.published.v1} carries as JSON, and what the HTTP API answers once an upload is done.
 *
 * @param id upload id
 * @param attempt which try of the upload, 1 or more
 * @param label the label chosen, if it succeeded
 * @param score probability of the pipeline's positive label, 0 to 1, if it succeeded
 * @param threshold the score from which the positive label is chosen, if it succeeded
 * @param error why it failed, if it failed
 * @param acceptedAt when collector accepted the upload
 * @param publishedAt when postprocessor handed the result to Kafka; not in an HTTP answer with {@code cached: true}
 * @param hops time spent in each service, in the order of the way
 * @param traceId id of the upload's own trace, 32 hex digits, if it has one
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record UploadResult(
        UUID id,
        int attempt,
        String pipeline,
        Status status,
        @Nullable String label,
        @Nullable Double score,
        @Nullable Double threshold,
        @Nullable Model model,
        @Nullable Model encoder,
        @Nullable Error error,
        Instant acceptedAt,
        Instant publishedAt,
        List<Hop> hops,
        @Nullable String traceId) {

    /** CloudEvents {@code type} of a result. */
    public static final String EVENT_TYPE = "dev.millrace.result.published.v1";

    public UploadResult {
        // Not in an answer with "cached": true, which comes before the upload has made its way.
        hops = hops == null ? List.of() : List.copyOf(hops);
    }

    /** How an attempt ended. Every accepted attempt ends in exactly one of these. */
    public enum Status {
        SUCCEEDED,
        FAILED,
        EXPIRED
    }

    /**
     * The model that answered.
     *
     * @param digest SHA-256 of its weights, lower-case hex
     * @param precision fp32, bf16 or int8
     */
    public record Model(String name, String version, String digest, String precision) {
        public static Model of(ModelReference reference) {
            return new Model(
                    reference.getName(), reference.getVersion(), reference.getDigest(), reference.getPrecision());
        }
    }

    /**
     * Why an attempt failed.
     *
     * @param stage the service that gave up
     * @param deadLetter where the original is kept, if it is
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Error(
            String code,
            String title,
            String detail,
            String stage,
            @Nullable String deadLetter) {}
}
