package dev.millrace.collector;

import dev.millrace.collector.problem.ProblemWriter;
import dev.millrace.contract.ErrorCode;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.slf4j.MDC;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.HandlerMapping;

/** Gives each request its trace, in logs too, and times it by what it asked for and how it was answered. */
final class RequestFilter extends OncePerRequestFilter {
    static final String MEASURE = "millrace.collector.request.duration";

    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "DELETE", "OPTIONS");
    private static final Duration[] BUCKETS = IntStream.of(
                    2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 10_000, 60_000)
            .mapToObj(Duration::ofMillis)
            .toArray(Duration[]::new);

    private final MeterRegistry meters;
    private final RandomGenerator random;

    RequestFilter(MeterRegistry meters, RandomGenerator random) {
        this.meters = meters;
        this.random = random;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        var trace = RequestTrace.of(request.getHeader("traceparent"), random);
        trace.attachTo(request);
        var sample = Timer.start(meters);
        try (var _ = MDC.putCloseable("trace.id", trace.traceId())) {
            chain.doFilter(request, response);
        } finally {
            sample.stop(Timer.builder(MEASURE)
                    .description("Time from a request's header to its answer, waiting for a result included")
                    .serviceLevelObjectives(BUCKETS)
                    .tag("operation", operation(request))
                    .tag("http.response.status_code", Integer.toString(response.getStatus()))
                    .tag(
                            "error.type",
                            request.getAttribute(ProblemWriter.CODE) instanceof ErrorCode code ? code.name() : "none")
                    .register(meters));
        }
    }

    /** An operation of the API, or none: what clients make up must not become meters. */
    private static String operation(HttpServletRequest request) {
        return request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE) instanceof String pattern
                        && pattern.startsWith("/v1/")
                        && METHODS.contains(request.getMethod())
                ? request.getMethod() + " " + pattern
                : "none";
    }
}
