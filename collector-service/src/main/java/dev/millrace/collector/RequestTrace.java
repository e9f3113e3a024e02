package dev.millrace.collector;

import dev.millrace.collector.problem.ProblemWriter;
import io.opentelemetry.api.trace.Span;
import jakarta.servlet.ServletRequest;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A request's place in its trace (<a href="https://www.w3.org/TR/trace-context/">W3C trace context</a>): the tracing
 * agent's span if one is attached, else a new span of the client's trace, else a new trace.
 *
 * @param traceId 32 hex digits
 * @param spanId 16 hex digits
 * @param flags 2 hex digits
 */
record RequestTrace(String traceId, String spanId, String flags) {
    private static final String ATTRIBUTE = RequestTrace.class.getName();
    private static final Pattern TRACEPARENT =
            Pattern.compile("(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})(-.*)?");

    /** @param traceparent the client's header; one of another form counts as none, as the standard asks for */
    static RequestTrace of(@Nullable String traceparent, RandomGenerator random) {
        var span = Span.current().getSpanContext();
        if (span.isValid()) {
            return new RequestTrace(
                    span.getTraceId(), span.getSpanId(), span.getTraceFlags().asHex());
        }
        if (traceparent != null && traceparent.length() <= 128) {
            var matcher = TRACEPARENT.matcher(traceparent);
            // Only version 00 has no more than four parts.
            if (matcher.matches() && !(traceparent.startsWith("00") && matcher.group(3) != null)) {
                return new RequestTrace(matcher.group(1), hex(random, 1), matcher.group(2));
            }
        }
        return new RequestTrace(hex(random, 2), hex(random, 1), "01");
    }

    /** The header that goes on with the upload. */
    String traceparent() {
        return "00-" + traceId + "-" + spanId + "-" + flags;
    }

    void attachTo(ServletRequest request) {
        request.setAttribute(ATTRIBUTE, this);
        request.setAttribute(ProblemWriter.TRACE_ID, traceId);
    }

    static RequestTrace of(ServletRequest request) {
        if (request.getAttribute(ATTRIBUTE) instanceof RequestTrace trace) {
            return trace;
        }
        throw new IllegalStateException("the request has not passed RequestFilter");
    }

    private static String hex(RandomGenerator random, int words) {
        var text = new StringBuilder();
        for (int i = 0; i < words; i++) {
            // Never all zero, which the standard forbids.
            text.append(HexFormat.of().toHexDigits(random.nextLong() | 1));
        }
        return text.toString();
    }
}
