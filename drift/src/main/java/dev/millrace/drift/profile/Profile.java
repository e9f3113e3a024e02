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
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a version of a model was trained on: {@code <name>/<version>/profile.json}.
 *
 * @param series in the order in which windows count them; no two of one name, none of {@value EmbeddingProfile#NAME}
 * @param embedding a sample of the embeddings, or null if those are not watched
 */
public record Profile(List<SeriesProfile> series, @Nullable EmbeddingProfile embedding) {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int FORMAT = 3;
    /** Is the same without embeddings. */
    private static final int OLD_FORMAT = 2;

    public Profile {
        series = List.copyOf(series);
        var names = new HashSet<String>();
        for (var one : series) {
            if (one.name().equals(EmbeddingProfile.NAME)) {
                throw new IllegalArgumentException(
                        "series: '%s' (expected: another name, this one stands for the embeddings)"
                                .formatted(one.name()));
            }
            if (!names.add(one.name())) {
                throw new IllegalArgumentException(
                        "series: '%s' twice (expected: each name once)".formatted(one.name()));
            }
        }
    }

    /** One that does not watch embeddings. */
    public Profile(List<SeriesProfile> series) {
        this(series, null);
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
            if (format != FORMAT && format != OLD_FORMAT) {
                throw new IOException("%s: format %d (expected: %d or %d)".formatted(file, format, OLD_FORMAT, FORMAT));
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
            return new Profile(series, embedding(root.path(EmbeddingProfile.NAME)));
        } catch (JacksonException e) {
            throw new IOException("%s: %s".formatted(file, e.getOriginalMessage()), e);
        } catch (IllegalArgumentException e) {
            throw new IOException("%s: %s".formatted(file, e.getMessage()), e);
        }
    }

    private static @Nullable EmbeddingProfile embedding(JsonNode node) {
        return node.isMissingNode()
                ? null
                : EmbeddingProfile.ofBase64(
                        node.required("dimension").asInt(),
                        node.required("rows").asInt(),
                        node.required("fp16").asString());
    }

    /** As the file holds it, one line a series, and one for the embeddings. */
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
        return "{\"format\":%d,\"series\":[\n%s\n]%s}\n".formatted(FORMAT, String.join(",\n", lines), embeddingJson());
    }

    private String embeddingJson() {
        if (embedding == null) {
            return "";
        }
        var object = JSON.createObjectNode();
        object.put("dimension", embedding.dimension());
        object.put("rows", embedding.size());
        object.put("fp16", embedding.base64());
        return ",\n\"%s\":%s".formatted(EmbeddingProfile.NAME, JSON.writeValueAsString(object));
    }

    /** Which of all profiles it is: counts made with two profiles cannot be merged. */
    public long fingerprint() {
        var crc = new CRC32C();
        for (var one : series) {
            crc.update((one.name() + Arrays.toString(one.grid().edges())).getBytes(UTF_8));
        }
        if (embedding != null) {
            crc.update((EmbeddingProfile.NAME + embedding.dimension()).getBytes(UTF_8));
        }
        return crc.getValue();
    }
}
