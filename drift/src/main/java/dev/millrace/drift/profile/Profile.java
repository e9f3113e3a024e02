package dev.millrace.drift.profile;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.zip.CRC32C;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a version of a model was trained on: {@code <name>/<version>/profile.json}.
 *
 * @param series in the order in which windows count them; no two of one name
 */
public record Profile(List<SeriesProfile> series) {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int FORMAT = 2;

    public Profile {
        series = List.copyOf(series);
        var names = new HashSet<String>();
        for (var one : series) {
            if (!names.add(one.name())) {
                throw new IllegalArgumentException(
                        "series: '%s' twice (expected: each name once)".formatted(one.name()));
            }
        }
    }

    /**
     * Reads a profile.
     *
     * @throws IOException if the file cannot be read or is no profile; the message names the file and what is wrong
     */
    public static Profile read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException("%s: no such file (expected: the model's profile)".formatted(file));
        }
        try {
            var root = JSON.readTree(file);
            int format = root.path("format").asInt(1);
            if (format != FORMAT) {
                throw new IOException("%s: format %d (expected: %d)".formatted(file, format, FORMAT));
            }
            var series = new ArrayList<SeriesProfile>();
            for (JsonNode one : root.required("series")) {
                series.add(new SeriesProfile(
                        one.required("name").asString(),
                        Grid.ofEdges(one.required("edges")
                                .valueStream()
                                .mapToDouble(JsonNode::asDouble)
                                .toArray()),
                        one.required("counts")
                                .valueStream()
                                .mapToLong(JsonNode::asLong)
                                .toArray()));
            }
            return new Profile(series);
        } catch (JacksonException e) {
            throw new IOException("%s: %s".formatted(file, e.getOriginalMessage()), e);
        } catch (IllegalArgumentException e) {
            throw new IOException("%s: %s".formatted(file, e.getMessage()), e);
        }
    }

    /** As the file holds it, one line a series. */
    public String toJson() {
        var lines = new ArrayList<String>();
        for (var one : series) {
            var object = JSON.createObjectNode();
            object.put("name", one.name());
            var edges = object.putArray("edges");
            for (double edge : one.grid().edges()) {
                edges.add(edge);
            }
            var counts = object.putArray("counts");
            for (long count : one.counts()) {
                counts.add(count);
            }
            lines.add(JSON.writeValueAsString(object));
        }
        return "{\"format\":%d,\"series\":[\n%s\n]}\n".formatted(FORMAT, String.join(",\n", lines));
    }

    /** Which of all profiles it is: counts made with two profiles cannot be merged. */
    public long fingerprint() {
        var crc = new CRC32C();
        for (var one : series) {
            crc.update((one.name() + Arrays.toString(one.grid().edges())).getBytes(UTF_8));
        }
        return crc.getValue();
    }
}
