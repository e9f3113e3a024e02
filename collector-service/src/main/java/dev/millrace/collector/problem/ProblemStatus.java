package dev.millrace.collector.problem;

import dev.millrace.contract.ErrorCode;

/** The one table of which code has which HTTP status; nothing else chooses a status for a failure. */
public final class ProblemStatus {
    private ProblemStatus() {}

    /** The HTTP status of a code. Codes that only results carry count as internal errors. */
    public static int of(ErrorCode code) {
        return switch (code) {
            case MALFORMED_REQUEST, MALFORMED_JSON, MALFORMED_MAIL, MALFORMED_TEXT -> 400;
            case UNKNOWN_RESOURCE, UNKNOWN_PIPELINE, UNKNOWN_UPLOAD -> 404;
            case METHOD_NOT_ALLOWED -> 405;
            case NOT_ACCEPTABLE -> 406;
            case REQUEST_TOO_SLOW -> 408;
            case IDEMPOTENCY_KEY_IN_USE, UPLOAD_UNFINISHED, NOTHING_PREDICTED -> 409;
            case UPLOAD_GONE, UPLOAD_ERASED -> 410;
            case CONTENT_TOO_LARGE -> 413;
            case UNSUPPORTED_CONTENT_TYPE -> 415;
            case EMPTY_CONTENT, IDEMPOTENCY_KEY_REUSED, UNKNOWN_LABEL -> 422;
            case PIPELINE_BEHIND -> 429;
            case PIPELINE_UNAVAILABLE, STORE_UNAVAILABLE, PAYLOAD_STORE_UNAVAILABLE, OVERLOADED -> 503;
            case UNDECODABLE_RECORD,
                    DEADLINE_EXCEEDED,
                    RESULT_TOO_LARGE,
                    PAYLOAD_LOST,
                    MODEL_FAILED,
                    INVALID_MODEL_OUTPUT,
                    CRASHED_PROCESS,
                    INTERNAL_ERROR -> 500;
        };
    }

    /** The code for a status that the framework or the server chose by itself. */
    static ErrorCode codeOf(int status) {
        return switch (status) {
            case 404 -> ErrorCode.UNKNOWN_RESOURCE;
            case 405 -> ErrorCode.METHOD_NOT_ALLOWED;
            case 406 -> ErrorCode.NOT_ACCEPTABLE;
            case 408 -> ErrorCode.REQUEST_TOO_SLOW;
            case 413 -> ErrorCode.CONTENT_TOO_LARGE;
            case 415 -> ErrorCode.UNSUPPORTED_CONTENT_TYPE;
            // Tomcat's answer to a transfer coding that it does not know.
            case 501 -> ErrorCode.MALFORMED_REQUEST;
            case 503 -> ErrorCode.OVERLOADED;
            default -> status < 500 ? ErrorCode.MALFORMED_REQUEST : ErrorCode.INTERNAL_ERROR;
        };
    }
}
