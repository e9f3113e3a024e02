package dev.millrace.collector.problem;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contract.ErrorCode;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Locale;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes problem details (<a href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457</a>). Static, since Tomcat's own
 * errors, which no Spring bean sees, are written by it too.
 */
public final class ProblemWriter {
    /** Request attribute: the request's trace id, 32 hex digits. */
    public static final String TRACE_ID = ProblemWriter.class.getName() + ".traceId";
    /** Request attribute: the {@link ErrorCode} that the request was answered with, for the meters. */
    public static final String CODE = ProblemWriter.class.getName() + ".code";

    private static final String TYPE_PREFIX = "urn:millrace:problem:";
    private static final JsonFactory JSON = new JsonFactory();

    private ProblemWriter() {}

    /** Answers with the problem, in place of whatever was written so far, unless the answer is already on its way. */
    static void write(ServletRequest request, HttpServletResponse response, RequestProblem problem) throws IOException {
        request.setAttribute(CODE, problem.code());
        if (response.isCommitted()) {
            return;
        }
        response.resetBuffer();
        response.setStatus(ProblemStatus.of(problem.code()));
        response.setContentType("application/problem+json");
        response.setHeader("Cache-Control", "no-store");
        if (problem.retryAfter() instanceof Duration delay) {
            response.setHeader("Retry-After", Long.toString(Math.max(1, delay.toSeconds())));
        }
        byte[] body = json(problem, (String) request.getAttribute(TRACE_ID)).getBytes(UTF_8);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
        response.flushBuffer();
    }

    /** The type URI of a code: {@code urn:millrace:problem:unknown-pipeline}. */
    static String type(ErrorCode code) {
        return TYPE_PREFIX + code.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String json(RequestProblem problem, @org.jspecify.annotations.Nullable String traceId) {
        var text = new StringWriter();
        try (var json = JSON.createGenerator(tools.jackson.core.ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            json.writeStringProperty("type", type(problem.code()));
            json.writeStringProperty("title", problem.code().title());
            json.writeNumberProperty("status", ProblemStatus.of(problem.code()));
            json.writeStringProperty("detail", problem.detail());
            json.writeStringProperty("code", problem.code().name());
            if (traceId != null) {
                json.writeStringProperty("traceId", traceId);
            }
            if (problem.uploadId() != null) {
                json.writeStringProperty("uploadId", problem.uploadId().toString());
            }
            json.writeEndObject();
        }
        return text.toString();
    }
}
