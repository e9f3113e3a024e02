package dev.millrace.standalone.profile;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Rows in a file: JSON objects behind each other (NDJSON), of numbers by the name of their series. */
public final class RowFile {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private RowFile() {}

    /**
     * Reads a file. A value that is null is one that the row does not have.
     *
     * @param most rows to read
     * @throws IOException if it cannot be read or holds something else; the message says where
     */
    public static Rows read(Path file, int most) throws IOException {
        var collector = new SeriesCollector();
        int rows = 0;
        try (var objects = JSON.readerFor(JsonNode.class).<JsonNode>readValues(file)) {
            while (rows < most && objects.hasNextValue()) {
                collector.add(row(file, rows + 1, objects.nextValue()));
                rows++;
            }
        } catch (JacksonException e) {
            throw new IOException("%s, row %d: %s".formatted(file, rows + 1, e.getOriginalMessage()), e);
        }
        return collector.rows(rows);
    }

    private static Map<String, Double> row(Path file, int number, JsonNode json) throws IOException {
        if (!json.isObject()) {
            throw new IOException("%s, row %d: %s (expected: an object of numbers by series, as in {\"score\": 0.1})"
                    .formatted(file, number, json.getNodeType()));
        }
        var row = new LinkedHashMap<String, Double>();
        for (var value : json.properties()) {
            if (value.getValue().isNumber()) {
                row.put(value.getKey(), value.getValue().asDouble());
            } else if (!value.getValue().isNull()) {
                throw new IOException("%s, row %d, %s: %s (expected: a number or null)"
                        .formatted(
                                file, number, value.getKey(), value.getValue().getNodeType()));
            }
        }
        return row;
    }
}
