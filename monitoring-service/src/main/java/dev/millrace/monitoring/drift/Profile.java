package dev.millrace.monitoring.drift;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a model version was trained on, one reference a series: {@code <name>/<version>/profile.json}. */
record Profile(List<Reference> references) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    Profile {
        references = List.copyOf(references);
    }

    /**
     * Reads a profile.
     *
     * @throws IOException if the file cannot be read or is no profile; the message names the file and what is wrong
     */
    static Profile read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException("%s: no such file (expected: the model's profile)".formatted(file));
        }
        try {
            var references = new ArrayList<Reference>();
            for (JsonNode series : JSON.readTree(file).required("series")) {
                references.add(reference(series));
            }
            return new Profile(references);
        } catch (JacksonException e) {
            throw new IOException("%s: %s".formatted(file, e.getOriginalMessage()), e);
        } catch (IllegalArgumentException e) {
            throw new IOException("%s: %s".formatted(file, e.getMessage()), e);
        }
    }

    private static Reference reference(JsonNode series) {
        String name = series.required("name").asString();
        long count = series.required("count").asLong();
        var quantiles = series.required("quantiles")
                .valueStream()
                .map(JsonNode::asDouble)
                .toList();
        return series.hasNonNull("ranks")
                ? new Reference(
                        name,
                        count,
                        quantiles,
                        series.required("ranks")
                                .valueStream()
                                .map(JsonNode::asLong)
                                .toList())
                : Reference.ofQuantiles(name, count, quantiles);
    }
}
