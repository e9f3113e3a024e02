package dev.millrace.collector;

import static dev.millrace.collector.problem.RequestProblem.quote;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.collector.content.BodyReader;
import dev.millrace.collector.content.ContentChecks;
import dev.millrace.collector.content.JsonUpload;
import dev.millrace.collector.problem.RequestProblem;
import dev.millrace.contract.ErrorCode;
import dev.millrace.pipeline.Pipeline;
import dev.millrace.pipeline.PipelineCatalog;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/** Makes a checked {@link Upload} of a request, cheap checks first: the body is read only if the rest is right. */
final class UploadReader {
    private static final Set<String> PARAMETERS = Set.of("pipeline", "key", "deadline");
    private static final Pattern DEADLINE = Pattern.compile("[1-9][0-9]{0,8}(ms|s|m|h|d)|P[0-9DTHMS.]{2,30}");
    private static final Duration SHORTEST = Duration.ofSeconds(1);

    private final PipelineCatalog pipelines;
    private final String defaultPipeline;
    private final BodyReader bodies;
    private final int maxJsonBody;
    private final Duration longest;

    /**
     * @param defaultPipeline used by uploads that name none
     * @param maxJsonBody bytes of a JSON body
     * @param longest the longest lifetime of an upload
     */
    UploadReader(
            PipelineCatalog pipelines, String defaultPipeline, BodyReader bodies, int maxJsonBody, Duration longest) {
        this.pipelines = pipelines;
        this.defaultPipeline = defaultPipeline;
        this.bodies = bodies;
        this.maxJsonBody = maxJsonBody;
        this.longest = longest;
    }

    /** An upload together with the body that its content lies in; closing it frees the body's memory. */
    record Read(Upload upload, BodyReader.Body body) implements AutoCloseable {
        @Override
        public void close() {
            body.close();
        }
    }

    /** @throws RequestProblem if any part of the request is not as it must be */
    Read read(HttpServletRequest request) {
        MediaType type = mediaType("Content-Type", request.getContentType());
        BodyReader.requireIdentity(request);
        String tenant = header(request, "Millrace-Tenant");
        var sender = new Sender(tenant == null ? Upload.DEFAULT_TENANT : tenant, header(request, "Idempotency-Key"));
        return type.equalsTypeAndSubtype(MediaType.APPLICATION_JSON)
                ? readJson(request, type, sender)
                : readPlain(request, type, sender);
    }

    private record Sender(String tenant, @Nullable String idempotencyKey) {}

    private Read readPlain(HttpServletRequest request, MediaType type, Sender sender) {
        // First, since the server reads a form's body when it is asked for parameters.
        requireTaken(type);
        var parameters = parameters(request, PARAMETERS);
        var pipeline = pipeline(first(parameters, "pipeline"));
        var contentType = contentType(pipeline, type);
        var charset = charset(type);
        var lifetime = lifetime(first(parameters, "deadline"), pipeline);
        var body = bodies.read(request, pipeline.maxContentBytes());
        return checked(
                body,
                () -> new Upload(
                        sender.tenant,
                        sender.idempotencyKey,
                        pipeline,
                        contentType,
                        charset,
                        new Upload.Content(body.bytes()),
                        first(parameters, "key"),
                        lifetime,
                        Map.of()));
    }

    private Read readJson(HttpServletRequest request, MediaType type, Sender sender) {
        parameters(request, Set.of());
        if (!charset(type).equals(UTF_8)) {
            throw unsupported("Content-Type", type.toString(), "JSON in UTF-8");
        }
        var body = bodies.read(request, maxJsonBody);
        return checked(body, () -> {
            var json = JsonUpload.parse(body.bytes());
            var pipeline = pipeline(json.pipeline());
            var contentType = contentType(pipeline, mediaType("contentType", json.contentType()));
            byte[] content = json.contentBytes();
            body.drop();
            if (content.length > pipeline.maxContentBytes()) {
                throw new RequestProblem(
                        ErrorCode.CONTENT_TOO_LARGE,
                        "content: %d bytes in UTF-8 (expected: at most %d)"
                                .formatted(content.length, pipeline.maxContentBytes()));
            }
            return new Upload(
                    sender.tenant,
                    sender.idempotencyKey,
                    pipeline,
                    contentType,
                    UTF_8,
                    new Upload.Content(content),
                    json.key(),
                    lifetime(json.deadline(), pipeline),
                    json.attributes());
        });
    }

    private static Read checked(BodyReader.Body body, Supplier<Upload> reading) {
        boolean read = false;
        try {
            var upload = reading.get();
            ContentChecks.check(
                    upload.contentType(), upload.charset(), upload.content().bytes());
            read = true;
            return new Read(upload, body);
        } finally {
            if (!read) {
                body.close();
            }
        }
    }

    private Pipeline pipeline(@Nullable String name) {
        return pipelines
                .find(name == null ? defaultPipeline : name)
                .orElseThrow(() -> new RequestProblem(
                        ErrorCode.UNKNOWN_PIPELINE,
                        "pipeline: %s (expected: one of GET /v1/pipelines)".formatted(quote(name))));
    }

    private static MediaType mediaType(String field, @Nullable String text) {
        try {
            if (text == null && field.equals("contentType")) {
                return MediaType.TEXT_PLAIN;
            }
            MediaType type = MediaType.parseMediaType(text == null ? "" : text);
            if (type.isConcrete()) {
                return type;
            }
        } catch (InvalidMediaTypeException e) {
            // Answered below.
        }
        throw unsupported(field, text, "a media type, as text/plain");
    }

    private void requireTaken(MediaType type) {
        if (pipelines.all().stream().noneMatch(each -> each.contentTypes().contains(name(type)))) {
            throw unsupported("Content-Type", name(type), "application/json or one of GET /v1/pipelines");
        }
    }

    private static String name(MediaType type) {
        return type.getType() + "/" + type.getSubtype();
    }

    private static String contentType(Pipeline pipeline, MediaType type) {
        String name = name(type);
        if (!pipeline.contentTypes().contains(name)) {
            throw unsupported("content type", name, String.join(" or ", pipeline.contentTypes()));
        }
        return name;
    }

    private static Charset charset(MediaType type) {
        String name = type.getParameter("charset");
        if (name == null) {
            return UTF_8;
        }
        try {
            return Charset.forName(name.replace("\"", ""));
        } catch (IllegalArgumentException e) {
            throw unsupported("charset", name, "one that is known here, as utf-8");
        }
    }

    private Duration lifetime(@Nullable String text, Pipeline pipeline) {
        if (text == null) {
            return pipeline.deadline().compareTo(longest) < 0 ? pipeline.deadline() : longest;
        }
        if (DEADLINE.matcher(text).matches()) {
            try {
                var lifetime = DurationStyle.detectAndParse(text);
                if (lifetime.compareTo(SHORTEST) >= 0 && lifetime.compareTo(longest) <= 0) {
                    return lifetime;
                }
            } catch (IllegalArgumentException | ArithmeticException e) {
                // Answered below.
            }
        }
        throw new RequestProblem(
                ErrorCode.MALFORMED_REQUEST,
                "deadline: %s (expected: a duration from acceptance, as 10m or PT10M, 1s to %dh)"
                        .formatted(quote(text), longest.toHours()));
    }

    private static Map<String, String[]> parameters(HttpServletRequest request, Set<String> known) {
        Map<String, String[]> parameters;
        try {
            parameters = request.getParameterMap();
        } catch (IllegalStateException e) {
            throw new RequestProblem(
                    ErrorCode.MALFORMED_REQUEST, "query: cannot be decoded (expected: UTF-8, percent-encoded)");
        }
        parameters.forEach((name, values) -> {
            if (!known.contains(name) || values.length != 1) {
                throw new RequestProblem(
                        ErrorCode.MALFORMED_REQUEST,
                        "query parameter %s, %d times (expected: %s)"
                                .formatted(
                                        quote(name),
                                        values.length,
                                        known.isEmpty() ? "none with JSON" : "once each: pipeline, key, deadline"));
            }
        });
        return parameters;
    }

    private static @Nullable String first(Map<String, String[]> parameters, String name) {
        String[] values = parameters.get(name);
        return values == null ? null : values[0];
    }

    private static @Nullable String header(HttpServletRequest request, String name) {
        var values = request.getHeaders(name);
        String value = values.hasMoreElements() ? values.nextElement() : null;
        if (values.hasMoreElements()) {
            throw new RequestProblem(ErrorCode.MALFORMED_REQUEST, name + ": more than one (expected: one)");
        }
        return value;
    }

    private static RequestProblem unsupported(String field, @Nullable String value, String expected) {
        return new RequestProblem(
                ErrorCode.UNSUPPORTED_CONTENT_TYPE, "%s: %s (expected: %s)".formatted(field, quote(value), expected));
    }
}
