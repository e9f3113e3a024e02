package dev.millrace.collector;

import static dev.millrace.collector.problem.RequestProblem.quote;

import dev.millrace.collector.Uploads.Standing;
import dev.millrace.collector.admission.Admission;
import dev.millrace.collector.problem.RequestProblem;
import dev.millrace.collector.store.FreshResults;
import dev.millrace.collector.store.RedisStore.Patience;
import dev.millrace.collector.store.Reservation;
import dev.millrace.contract.ErrorCode;
import dev.millrace.contract.UploadResult;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.util.RawValue;

/** The API's uploads, as {@code docs/openapi.yaml} describes them. */
@RestController
@RequestMapping(path = "/v1/uploads", produces = MediaType.APPLICATION_JSON_VALUE)
class UploadController {
    private static final String UPLOADS = "/v1/uploads/";
    private static final String APPLIED = "Preference-Applied";
    private static final String POLL_AFTER_SECONDS = "1";
    private static final Pattern ID = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    private final UploadReader reader;
    private final Uploads uploads;
    private final FreshResults fresh;
    private final Admission admission;
    private final Erasure erasure;

    UploadController(UploadReader reader, Uploads uploads, FreshResults fresh, Admission admission, Erasure erasure) {
        this.admission = admission;
        this.erasure = erasure;
        this.reader = reader;
        this.uploads = uploads;
        this.fresh = fresh;
    }

    /** An upload without a result, as the API shows it. */
    record Status(UUID id, State status, String pipeline, Instant acceptedAt, Instant deadline, Links links) {
        enum State {
            PENDING,
            UNCONFIRMED
        }

        record Links(String self) {}

        static Status of(Reservation reservation) {
            return new Status(
                    reservation.id(),
                    reservation.state() == Reservation.State.ACCEPTED ? State.PENDING : State.UNCONFIRMED,
                    reservation.pipeline(),
                    reservation.acceptedAt(),
                    reservation.deadline(),
                    new Links(UPLOADS + reservation.id()));
        }
    }

    /** An upload that came to its result at once, as one with the same content did before. */
    record KnownResult(
            UUID id,
            int attempt,
            String pipeline,
            UploadResult.Status status,
            String label,
            double score,
            double threshold,
            UploadResult.Model model,
            UploadResult.Model encoder,
            Instant acceptedAt,
            boolean cached,
            String traceId,
            Status.Links links) {
        static KnownResult of(Standing.Known known) {
            var reservation = known.reservation();
            var outcome = known.outcome();
            return new KnownResult(
                    reservation.id(),
                    1,
                    reservation.pipeline(),
                    UploadResult.Status.SUCCEEDED,
                    outcome.verdict().label(),
                    outcome.verdict().score(),
                    outcome.verdict().threshold(),
                    UploadResult.Model.of(outcome.prediction().getModel()),
                    UploadResult.Model.of(outcome.prediction().getEncoder()),
                    reservation.acceptedAt(),
                    true,
                    known.traceId(),
                    new Status.Links(UPLOADS + reservation.id()));
        }
    }

    @PostMapping
    ResponseEntity<?> post(HttpServletRequest request) {
        var wait = WaitPreference.of(request);
        UUID id;
        Standing standing;
        Optional<FreshResults.Waiter> waiter = Optional.empty();
        try {
            admission.requireRoom();
            try (var read = reader.read(request)) {
                admission.requireTime(read.upload().lifetime());
                UUID known = UploadIds.of(read.upload());
                id = known;
                MDC.put("upload.id", id.toString());
                waiter = wait.isWanted() ? fresh.register(id) : Optional.empty();
                standing = admission.limited(() -> uploads.accept(known, read.upload(), RequestTrace.of(request)));
            }
            // The body is freed before the waiting begins.
            return answer(awaited(id, standing, waiter, wait), waiter, wait, HttpStatus.ACCEPTED);
        } finally {
            waiter.ifPresent(FreshResults.Waiter::close);
            MDC.remove("upload.id");
        }
    }

    @GetMapping("/{id}")
    ResponseEntity<?> get(HttpServletRequest request, @PathVariable("id") String text) {
        UUID id = id(text);
        var wait = WaitPreference.of(request);
        var waiter = wait.isWanted() ? fresh.register(id) : Optional.<FreshResults.Waiter>empty();
        try {
            var standing = awaited(id, uploads.find(id), waiter, wait);
            return answer(standing, waiter, wait, HttpStatus.OK);
        } finally {
            waiter.ifPresent(FreshResults.Waiter::close);
        }
    }

    @DeleteMapping("/{id}")
    ResponseEntity<Void> delete(@PathVariable("id") String text) {
        erasure.erase(id(text));
        return ResponseEntity.noContent().build();
    }

    private Standing awaited(UUID id, Standing standing, Optional<FreshResults.Waiter> waiter, WaitPreference wait) {
        if (standing instanceof Standing.Finished || standing instanceof Standing.Known || waiter.isEmpty()) {
            return standing;
        }
        var result = waiter.get().await(wait.time());
        // The feed may have been cut off meanwhile, so Redis has the last word.
        return result.or(() -> uploads.resultIfKnown(id, Patience.LOOKUP))
                .<Standing>map(json -> new Standing.Finished(id, json))
                .orElse(standing);
    }

    private static ResponseEntity<?> answer(
            Standing standing, Optional<?> waiter, WaitPreference wait, HttpStatus running) {
        var headers = new HttpHeaders();
        headers.setCacheControl(CacheControl.noStore());
        if (waiter.isPresent()) {
            headers.set(APPLIED, wait.applied());
        }
        return switch (standing) {
            case Standing.Finished(var id, var json) -> {
                headers.setLocation(URI.create(UPLOADS + id));
                yield ResponseEntity.ok().headers(headers).body(new RawValue(json));
            }
            case Standing.Running(var reservation) -> {
                headers.setLocation(URI.create(UPLOADS + reservation.id()));
                headers.set(HttpHeaders.RETRY_AFTER, POLL_AFTER_SECONDS);
                yield ResponseEntity.status(running).headers(headers).body(Status.of(reservation));
            }
            case Standing.Known known -> {
                headers.setLocation(URI.create(UPLOADS + known.reservation().id()));
                yield ResponseEntity.ok().headers(headers).body(KnownResult.of(known));
            }
            case Standing.Unclear(var id) ->
                throw new RequestProblem(
                                ErrorCode.STORE_UNAVAILABLE,
                                "Redis cannot be asked, so whether this upload is known and done cannot be told.")
                        .about(id)
                        .retryAfter(Duration.ofSeconds(1));
        };
    }

    static UUID id(@Nullable String text) {
        if (text == null || !ID.matcher(text).matches()) {
            throw new RequestProblem(
                    ErrorCode.MALFORMED_REQUEST, "id: %s (expected: an upload's id, a UUID)".formatted(quote(text)));
        }
        return UUID.fromString(text);
    }
}
