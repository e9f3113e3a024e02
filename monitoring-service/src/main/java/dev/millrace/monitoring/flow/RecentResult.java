package dev.millrace.monitoring.flow;

import dev.millrace.contract.UploadResult;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the page shows of a result.
 *
 * @param model name and version, as in {@code spam/2}, if a model answered
 * @param code why it failed, if it failed
 * @param millis from acceptance to the published result, 0 or more
 */
public record RecentResult(
        UUID id,
        int attempt,
        String pipeline,
        UploadResult.Status status,
        @Nullable String label,
        @Nullable Double score,
        @Nullable String model,
        @Nullable String code,
        Instant publishedAt,
        long millis,
        @Nullable String traceId) {

    static RecentResult of(UploadResult result) {
        var model = result.model();
        var error = result.error();
        return new RecentResult(
                result.id(),
                result.attempt(),
                result.pipeline(),
                result.status(),
                result.label(),
                result.score(),
                model == null ? null : model.name() + "/" + model.version(),
                error == null ? null : error.code(),
                result.publishedAt(),
                Math.max(
                        0,
                        Duration.between(result.acceptedAt(), result.publishedAt())
                                .toMillis()),
                result.traceId());
    }
}
