package dev.millrace.monitoring.trial;

import dev.millrace.contract.ErrorCode;
import jakarta.annotation.PreDestroy;
import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Hands an upload that was made on the page to collector, and collector's answer back as it is. What it holds at a time is
 * bounded: a few uploads of at most the size that any pipeline takes.
 */
@RestController
@EnableConfigurationProperties(TrialProperties.class)
class TrialController {
    private static final Logger LOGGER = LoggerFactory.getLogger(TrialController.class);
    /** What a pipeline takes at the most. */
    private static final int MAX_BYTES = 1 << 20;

    private static final int AT_A_TIME = 4;
    /** For a whole upload: few are tried at a time, so a slow one keeps others out. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Set<String> TYPES = Set.of("message/rfc822", "text/plain");

    private final @Nullable CollectorClient collector;
    private final Semaphore room = new Semaphore(AT_A_TIME);

    TrialController(TrialProperties properties) {
        var url = properties.collectorUrl();
        this.collector = url == null ? null : new CollectorClient(url);
    }

    @PreDestroy
    void close() {
        if (collector != null) {
            collector.close();
        }
    }

    /**
     * Whether and how much can be tried.
     *
     * @param available whether collector's address is known
     * @param maxBytes of an upload
     */
    record Trials(boolean available, int maxBytes) {}

    @GetMapping("/api/try")
    ResponseEntity<Trials> trials() {
        return ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(new Trials(collector != null, MAX_BYTES));
    }

    @PostMapping("/api/try")
    ResponseEntity<byte[]> tryOut(HttpServletRequest request) throws IOException, InterruptedException {
        if (collector == null) {
            throw problem(
                    HttpStatus.NOT_FOUND,
                    ErrorCode.UNKNOWN_RESOURCE,
                    "millrace.monitoring.collector-url: none (expected: collector's address)");
        }
        refuseOtherPages(request);
        String type = contentType(request);
        if (!room.tryAcquire()) {
            throw problem(
                    HttpStatus.SERVICE_UNAVAILABLE,
                    ErrorCode.OVERLOADED,
                    "%d uploads are being tried already; try again in a moment".formatted(AT_A_TIME));
        }
        try {
            var answer = post(collector, type, content(request));
            var response = ResponseEntity.status(answer.status())
                    .header("Content-Type", answer.contentType())
                    .cacheControl(CacheControl.noStore());
            answer.retryAfter().ifPresent(seconds -> response.header("Retry-After", seconds));
            return response.body(answer.body());
        } finally {
            room.release();
        }
    }

    private static CollectorClient.Answer post(CollectorClient collector, String type, byte[] content)
            throws InterruptedException {
        try {
            return collector.post(type, content);
        } catch (IOException e) {
            LOGGER.atWarn().addKeyValue("reason", e.toString()).log("collector not reached");
            throw problem(
                    HttpStatus.SERVICE_UNAVAILABLE,
                    ErrorCode.PIPELINE_UNAVAILABLE,
                    "The collector does not answer. Whether it took the upload is not known.");
        }
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> answer(ErrorResponseException refusal) {
        return ResponseEntity.status(refusal.getStatusCode())
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .cacheControl(CacheControl.noStore())
                .body(refusal.getBody());
    }

    /**
     * Any page that is open in the same browser can post here; browsers say which page it was, by {@code Origin} alone where
     * this one is not on this machine and not encrypted. Behind a proxy that names another host, only the former says so.
     */
    private static void refuseOtherPages(HttpServletRequest request) {
        String site = request.getHeader("Sec-Fetch-Site");
        if (site != null && !Set.of("same-origin", "none").contains(site)) {
            throw problem(
                    HttpStatus.FORBIDDEN,
                    ErrorCode.MALFORMED_REQUEST,
                    "Sec-Fetch-Site: %s (expected: same-origin)".formatted(site));
        }
        String origin = request.getHeader("Origin");
        String host = request.getHeader("Host");
        if (site == null
                && origin != null
                && !origin.replaceFirst("^https?://", "").equalsIgnoreCase(host)) {
            throw problem(
                    HttpStatus.FORBIDDEN,
                    ErrorCode.MALFORMED_REQUEST,
                    "Origin: %s (expected: this page, %s)".formatted(origin, host));
        }
    }

    private static String contentType(HttpServletRequest request) {
        String given = request.getContentType();
        String type = given == null ? "" : given.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        if (!TYPES.contains(type)) {
            throw problem(
                    HttpStatus.UNSUPPORTED_MEDIA_TYPE,
                    ErrorCode.UNSUPPORTED_CONTENT_TYPE,
                    "Content-Type: %s (expected: message/rfc822 or text/plain)".formatted(given));
        }
        return given;
    }

    private static byte[] content(HttpServletRequest request) throws IOException {
        var content = new ByteArrayOutputStream();
        var buffer = new byte[1 << 13];
        long end = System.nanoTime() + PATIENCE.toNanos();
        try (var in = request.getInputStream()) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                content.write(buffer, 0, n);
                if (content.size() > MAX_BYTES) {
                    throw problem(
                            HttpStatus.CONTENT_TOO_LARGE,
                            ErrorCode.CONTENT_TOO_LARGE,
                            "content: more than %d bytes (expected: at most that)".formatted(MAX_BYTES));
                }
                if (System.nanoTime() > end) {
                    throw problem(
                            HttpStatus.REQUEST_TIMEOUT,
                            ErrorCode.MALFORMED_REQUEST,
                            "content: %d bytes after %d s (expected: all of it)"
                                    .formatted(content.size(), PATIENCE.toSeconds()));
                }
            }
        }
        return content.toByteArray();
    }

    private static ErrorResponseException problem(HttpStatus status, ErrorCode code, String detail) {
        var problem = ProblemDetail.forStatusAndDetail(status, detail);
        problem.setType(URI.create(
                "urn:millrace:problem:" + code.name().toLowerCase(Locale.ROOT).replace('_', '-')));
        problem.setTitle(code.title());
        problem.setProperty("code", code.name());
        return new ErrorResponseException(status, problem, null);
    }
}
