package dev.millrace.collector.problem;

import static java.util.Objects.requireNonNull;

import dev.millrace.contract.ErrorCode;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Ends a request with a problem. Says what the client needs to know and no more, so it has no stack trace. */
public final class RequestProblem extends RuntimeException {
    private static final int LONGEST_VALUE = 64;

    private final transient ErrorCode code;
    private final transient @Nullable UUID uploadId;
    private final transient @Nullable Duration retryAfter;

    /** @param detail this occurrence: the field, its value ({@link #quote}) and what was expected */
    public RequestProblem(ErrorCode code, String detail) {
        this(code, detail, null, null);
    }

    private RequestProblem(ErrorCode code, String detail, @Nullable UUID uploadId, @Nullable Duration retryAfter) {
        super(detail, null, false, false);
        this.code = requireNonNull(code, "code");
        this.uploadId = uploadId;
        this.retryAfter = retryAfter;
    }

    /** The same, naming the upload that it is about. */
    public RequestProblem about(UUID id) {
        return new RequestProblem(code, detail(), id, retryAfter);
    }

    /** The same, asking the client to come again. */
    public RequestProblem retryAfter(Duration delay) {
        return new RequestProblem(code, detail(), uploadId, delay);
    }

    public ErrorCode code() {
        return code;
    }

    public String detail() {
        return requireNonNull(getMessage());
    }

    @Nullable
    UUID uploadId() {
        return uploadId;
    }

    public @Nullable Duration retryAfter() {
        return retryAfter;
    }

    /** A client's value as a detail may show it: in quotes, at most 64 characters, without control characters. */
    public static String quote(@Nullable String value) {
        if (value == null) {
            return "none";
        }
        boolean cut = value.length() > LONGEST_VALUE;
        var text = new StringBuilder("'");
        (cut ? value.substring(0, LONGEST_VALUE) : value)
                .codePoints()
                .map(point -> isShown(point) ? point : '\uFFFD')
                .forEach(text::appendCodePoint);
        return text.append(cut ? "…'" : "'").toString();
    }

    private static boolean isShown(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
