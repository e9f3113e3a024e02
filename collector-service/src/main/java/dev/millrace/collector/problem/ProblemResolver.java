package dev.millrace.collector.problem;

import dev.millrace.contract.ErrorCode;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.web.ErrorResponse;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.util.DisconnectedClientHelper;

/** Answers whatever a handler, or Spring before it, throws: our own problems, Spring's refusals, and defects. */
final class ProblemResolver implements HandlerExceptionResolver, Ordered {
    private static final Logger LOGGER = LoggerFactory.getLogger(ProblemResolver.class);

    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }

    @Override
    public ModelAndView resolveException(
            HttpServletRequest request, HttpServletResponse response, @Nullable Object handler, Exception failure) {
        if (DisconnectedClientHelper.isClientDisconnectedException(failure)) {
            LOGGER.atDebug().setCause(failure).log("client went away before its answer");
            return new ModelAndView();
        }
        try {
            ProblemWriter.write(request, response, problemOf(request, response, failure));
        } catch (IOException e) {
            LOGGER.atDebug().setCause(e).log("client went away before its answer");
        }
        return new ModelAndView();
    }

    private static RequestProblem problemOf(
            HttpServletRequest request, HttpServletResponse response, Exception failure) {
        return switch (failure) {
            case RequestProblem problem -> problem;
            case ErrorResponse refusal -> {
                HttpHeaders headers = refusal.getHeaders();
                headers.forEach((name, values) -> values.forEach(value -> response.addHeader(name, value)));
                yield new RequestProblem(
                        ProblemStatus.codeOf(refusal.getStatusCode().value()), detail(request, headers, refusal));
            }
            default -> {
                LOGGER.atError().setCause(failure).log("request failed on a defect");
                yield new RequestProblem(ErrorCode.INTERNAL_ERROR, "The service failed; the trace id finds the cause.");
            }
        };
    }

    private static String detail(HttpServletRequest request, HttpHeaders headers, ErrorResponse refusal) {
        return switch (refusal.getStatusCode().value()) {
            case 404 ->
                "path: %s (expected: /v1/uploads, /v1/uploads/{id} or /v1/pipelines)"
                        .formatted(RequestProblem.quote(request.getRequestURI()));
            case 405 ->
                "method: %s (expected: %s)"
                        .formatted(RequestProblem.quote(request.getMethod()), headers.getFirst(HttpHeaders.ALLOW));
            case 406 ->
                "Accept: %s (expected: application/json)"
                        .formatted(RequestProblem.quote(request.getHeader(HttpHeaders.ACCEPT)));
            default -> "The request cannot be read as HTTP asks for.";
        };
    }
}
