package dev.millrace.collector;

import static dev.millrace.collector.problem.RequestProblem.quote;

import dev.millrace.collector.content.BodyReader;
import dev.millrace.collector.content.JsonFeedback;
import dev.millrace.collector.problem.RequestProblem;
import dev.millrace.contract.ErrorCode;
import dev.millrace.contract.FeedbackReceived;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** The API's feedback, as {@code docs/openapi.yaml} describes it. */
@RestController
class FeedbackController {
    /** Bytes of a body: a label and room for blanks. */
    private static final int LARGEST = 4 * 1024;

    private final BodyReader bodies;
    private final Feedbacks feedbacks;

    FeedbackController(BodyReader bodies, Feedbacks feedbacks) {
        this.bodies = bodies;
        this.feedbacks = feedbacks;
    }

    /** What was taken. */
    record Taken(UUID id, String label, String predicted, Instant receivedAt) {
        static Taken of(FeedbackReceived feedback) {
            return new Taken(feedback.id(), feedback.label(), feedback.predicted(), feedback.receivedAt());
        }
    }

    @PostMapping(path = "/v1/uploads/{id}/feedback", produces = MediaType.APPLICATION_JSON_VALUE)
    Taken post(HttpServletRequest request, @PathVariable("id") String text) {
        UUID id = UploadController.id(text);
        requireJson(request.getContentType());
        BodyReader.requireIdentity(request);
        String label;
        try (var body = bodies.read(request, LARGEST)) {
            label = JsonFeedback.parse(body.bytes()).label();
        }
        try (var _ = MDC.putCloseable("upload.id", id.toString())) {
            return Taken.of(feedbacks.accept(id, label));
        }
    }

    private static void requireJson(@Nullable String type) {
        try {
            if (type != null && MediaType.parseMediaType(type).equalsTypeAndSubtype(MediaType.APPLICATION_JSON)) {
                return;
            }
        } catch (InvalidMediaTypeException e) {
            // Answered below.
        }
        throw new RequestProblem(
                ErrorCode.UNSUPPORTED_CONTENT_TYPE,
                "Content-Type: %s (expected: application/json)".formatted(quote(type)));
    }
}
