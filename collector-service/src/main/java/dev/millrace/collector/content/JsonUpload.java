package dev.millrace.collector.content;

import static dev.millrace.collector.problem.RequestProblem.quote;

import dev.millrace.collector.problem.RequestProblem;
import dev.millrace.contract.ErrorCode;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * The JSON form of an upload. Fields are as the client gave them; only {@code content} is required.
 *
 * @param content the content; text, so mail in it is UTF-8
 * @param attributes names and values, in the order given
 */
public record JsonUpload(
        String content,
        @Nullable String pipeline,
        @Nullable String contentType,
        @Nullable String key,
        @Nullable String deadline,
        Map<String, String> attributes) {
    private static final String FIELDS = "pipeline, content, contentType, key, deadline, attributes";

    /** Only the attributes nest, so a third level is an error already; long names and documents end the parser. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(8)
                    .maxNameLength(256)
                    .maxNumberLength(64)
                    .build())
            .build();

    public JsonUpload {
        attributes = Map.copyOf(attributes);
    }

    /**
     * Reads the body of a request.
     *
     * @throws RequestProblem {@code MALFORMED_JSON} if it is not UTF-8, not one JSON object, or has a field that is
     *     unknown, repeated, of another type, or missing
     */
    public static JsonUpload parse(byte[] body) {
        return parse(body, JsonUpload::read);
    }

    /** Reads one JSON object in UTF-8. */
    static <T> T parse(byte[] body, Function<JsonParser, T> reading) {
        String text = decode(body);
        try (var parser = JSON.createParser(ObjectReadContext.empty(), text)) {
            require(parser.nextToken(), JsonToken.START_OBJECT, "body", "an object");
            var read = reading.apply(parser);
            require(parser.currentToken(), JsonToken.END_OBJECT, "body", "an object");
            if (parser.nextToken() != null) {
                throw malformed("more after the object (expected: one object)");
            }
            return read;
        } catch (JacksonException e) {
            var location = e.getLocation();
            throw malformed(
                    location == null
                            ? "not valid JSON"
                            : "not valid JSON at line %d, column %d"
                                    .formatted(location.getLineNr(), location.getColumnNr()));
        }
    }

    /**
     * The content as UTF-8.
     *
     * @throws RequestProblem if it has half a surrogate pair, which no encoding can carry
     */
    public byte[] contentBytes() {
        try {
            var bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(content));
            var array = new byte[bytes.remaining()];
            bytes.get(array);
            return array;
        } catch (CharacterCodingException e) {
            throw new RequestProblem(
                    ErrorCode.MALFORMED_TEXT, "content: half a surrogate pair (expected: whole characters)");
        }
    }

    private static JsonUpload read(JsonParser parser) {
        var fields = new LinkedHashMap<String, @Nullable String>();
        Map<String, String> attributes = Map.of();
        var seen = new HashSet<String>();
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            if (!seen.add(name)) {
                throw malformed("%s given twice (expected: once)".formatted(quote(name)));
            }
            switch (name) {
                case "attributes" -> attributes = attributes(parser);
                case "pipeline", "content", "contentType", "key", "deadline" -> fields.put(name, string(parser, name));
                default -> throw malformed("%s unknown (expected: %s)".formatted(quote(name), FIELDS));
            }
        }
        String content = fields.get("content");
        if (content == null) {
            throw malformed("content: none (expected: a string)");
        }
        return new JsonUpload(
                content,
                fields.get("pipeline"),
                fields.get("contentType"),
                fields.get("key"),
                fields.get("deadline"),
                attributes);
    }

    private static Map<String, String> attributes(JsonParser parser) {
        require(parser.nextToken(), JsonToken.START_OBJECT, "attributes", "an object of strings");
        var attributes = new LinkedHashMap<String, String>();
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            if (attributes.put(name, string(parser, "attributes." + name)) != null) {
                throw malformed("%s given twice (expected: once)".formatted(quote("attributes." + name)));
            }
        }
        return attributes;
    }

    static String string(JsonParser parser, String field) {
        require(parser.nextToken(), JsonToken.VALUE_STRING, field, "a string");
        return parser.getString();
    }

    private static void require(@Nullable JsonToken token, JsonToken expected, String field, String words) {
        if (token != expected) {
            throw malformed("%s: %s (expected: %s)".formatted(quote(field), kind(token), words));
        }
    }

    private static String kind(@Nullable JsonToken token) {
        return switch (token) {
            case null -> "nothing";
            case START_OBJECT, END_OBJECT, PROPERTY_NAME -> "an object";
            case START_ARRAY, END_ARRAY -> "an array";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
            case VALUE_TRUE, VALUE_FALSE -> "a boolean";
            case VALUE_NULL -> "null";
            case VALUE_STRING -> "a string";
            case VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE -> "something else";
        };
    }

    private static String decode(byte[] body) {
        try {
            return ContentChecks.decode(body, StandardCharsets.UTF_8);
        } catch (RequestProblem e) {
            throw malformed("not valid UTF-8 (expected: JSON in UTF-8)");
        }
    }

    static RequestProblem malformed(String detail) {
        return new RequestProblem(ErrorCode.MALFORMED_JSON, detail);
    }
}
