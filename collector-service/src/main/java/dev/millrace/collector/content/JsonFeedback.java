package dev.millrace.collector.content;

import static dev.millrace.collector.problem.RequestProblem.quote;

import dev.millrace.collector.problem.RequestProblem;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;

/**
 * The body of feedback.
 *
 * @param label what the upload truly was, as the client gave it
 */
public record JsonFeedback(String label) {
    /**
     * Reads the body of a request.
     *
     * @throws RequestProblem {@code MALFORMED_JSON} if it is not UTF-8, or not one JSON object with a label and nothing else
     */
    public static JsonFeedback parse(byte[] body) {
        return JsonUpload.parse(body, JsonFeedback::read);
    }

    private static JsonFeedback read(JsonParser parser) {
        @Nullable String label = null;
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            if (!name.equals("label")) {
                throw JsonUpload.malformed("%s unknown (expected: label)".formatted(quote(name)));
            }
            if (label != null) {
                throw JsonUpload.malformed("'label' given twice (expected: once)");
            }
            label = JsonUpload.string(parser, name);
        }
        if (label == null) {
            throw JsonUpload.malformed("label: none (expected: a string)");
        }
        return new JsonFeedback(label);
    }
}
