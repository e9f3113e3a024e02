package dev.millrace.monitoring.flow;

import dev.millrace.contract.UploadResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the page shows of a result.
 *
 * @param model name and version, as in {@code spam/2}, if a model answered
 * @param code why it failed, if it failed
 * @param millis from acceptance to the published result, 0 or more
 * @param steps where that time went, in the order of the way
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
        List<Step> steps,
        @Nullable String traceId) {

    public RecentResult {
        steps = List.copyOf(steps);
    }

    /**
     * What a service took of the time.
     *
     * @param queued milliseconds since the service before handed the upload on, 0 or more
     * @param work milliseconds in the service's hands
     */
    public record Step(String stage, long queued, long work) {}

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
                steps(result),
                result.traceId());
    }

    private static List<Step> steps(UploadResult result) {
        var steps = new ArrayList<Step>();
        var before = result.acceptedAt();
        for (var hop : result.hops()) {
            long queued = Duration.between(before, hop.receivedAt()).toMillis();
            steps.add(
                    new Step(hop.service(), Math.max(0, queued), hop.duration().toMillis()));
            before = hop.sentAt();
        }
        return steps;
    }
}
