package dev.millrace.standalone.suite;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Lines of the services' structured logs (Elastic Common Schema), made readable. */
public final class LogLine {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int MAX_LENGTH = 500;

    private LogLine() {}

    /**
     * Time, level, logger, message, and what went wrong, on one or a few lines of at most 500 characters. A line that is
     * no structured one stays as it is.
     */
    public static List<String> render(String line) {
        if (!line.startsWith("{")) {
            return List.of(line);
        }
        try {
            return render(JSON.readTree(line));
        } catch (JacksonException e) {
            return List.of(line);
        }
    }

    /** The errors among the lines, or all of them if none is a structured error; rendered. */
    static List<String> essence(List<String> lines) {
        var errors = lines.stream().filter(LogLine::isError).toList();
        return (errors.isEmpty() ? lines : errors)
                .stream().flatMap(line -> render(line).stream()).toList();
    }

    private static boolean isError(String line) {
        try {
            return line.startsWith("{")
                    && JSON.readTree(line).at("/log/level").asString("").equals("ERROR");
        } catch (JacksonException e) {
            return false;
        }
    }

    private static List<String> render(JsonNode event) {
        var lines = new ArrayList<String>();
        lines.add("%s %-5s %s: %s"
                .formatted(
                        time(event.path("@timestamp").asString("")),
                        event.at("/log/level").asString(""),
                        simpleName(event.at("/log/logger").asString("")),
                        event.path("message").asString("").strip()));
        var error = event.path("error");
        if (error.isObject()) {
            lines.add("  %s: %s"
                    .formatted(
                            error.path("type").asString(""),
                            error.path("message").asString("")));
            // Frames name each cause in turn: the last one is the root.
            error.path("stack_trace")
                    .asString("")
                    .lines()
                    .filter(frame -> frame.startsWith("Caused by:"))
                    .reduce((outer, inner) -> inner)
                    .ifPresent(root -> lines.add("  " + root));
        }
        return lines.stream().map(LogLine::shorten).toList();
    }

    /** The time of day out of {@code 2026-11-22T21:04:05.123456Z}. */
    private static String time(String timestamp) {
        return timestamp.length() >= 23 ? timestamp.substring(11, 23) : timestamp;
    }

    private static String simpleName(String logger) {
        return logger.substring(logger.lastIndexOf('.') + 1);
    }

    private static String shorten(String line) {
        return line.length() <= MAX_LENGTH ? line : line.substring(0, MAX_LENGTH) + " ...";
    }
}
