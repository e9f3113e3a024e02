package dev.millrace.postprocessor;

import dev.millrace.contract.Hop;
import dev.millrace.contract.UploadResult;
import dev.millrace.stage.UploadHeaders;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gathers the parts of an {@link UploadResult}. */
final class ResultBuilder {
    private final UploadHeaders headers;
    private final UploadResult.Status status;
    private final Instant publishedAt;
    private final List<Hop> hops;
    private final @Nullable String traceId;
    private @Nullable String label;
    private @Nullable Double score;
    private @Nullable Double threshold;
    private UploadResult.@Nullable Model model;
    private UploadResult.@Nullable Model encoder;
    private UploadResult.@Nullable Error error;

    ResultBuilder(
            UploadHeaders headers,
            UploadResult.Status status,
            Instant publishedAt,
            List<Hop> hops,
            @Nullable String traceId) {
        this.headers = headers;
        this.status = status;
        this.publishedAt = publishedAt;
        this.hops = hops;
        this.traceId = traceId;
    }

    ResultBuilder verdict(String label, double score, double threshold) {
        this.label = label;
        this.score = score;
        this.threshold = threshold;
        return this;
    }

    ResultBuilder models(UploadResult.@Nullable Model model, UploadResult.@Nullable Model encoder) {
        this.model = model;
        this.encoder = encoder;
        return this;
    }

    ResultBuilder error(UploadResult.Error error) {
        this.error = error;
        return this;
    }

    UploadResult build() {
        return new UploadResult(
                headers.uploadId(),
                headers.attempt(),
                headers.pipeline(),
                status,
                label,
                score,
                threshold,
                model,
                encoder,
                error,
                headers.acceptedAt(),
                publishedAt,
                hops,
                traceId);
    }
}
