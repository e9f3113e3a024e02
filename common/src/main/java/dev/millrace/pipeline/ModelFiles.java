package dev.millrace.pipeline;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * What a model version consists of, for services that load no model.
 *
 * @param digests SHA-256 of each file, lower-case hex, by its name
 * @param labels that it tells apart; none for an encoder
 */
public record ModelFiles(Map<String, String> digests, List<String> labels) {
    public ModelFiles {
        digests = Map.copyOf(digests);
        labels = List.copyOf(labels);
    }

    /**
     * Reads {@code files} and labels of a model version's {@code model.yaml}.
     *
     * @throws IllegalStateException if it cannot be read or names none; the message names the file
     */
    public static ModelFiles read(Path repository, String name, String version) {
        Path yaml = repository.resolve(name).resolve(version).resolve("model.yaml");
        try {
            var digests = new TreeMap<String, String>();
            var root = YAMLMapper.shared().readTree(yaml);
            root.path("files").forEachEntry((file, digest) -> digests.put(file, digest.asString()));
            if (digests.isEmpty()) {
                throw new IllegalStateException("%s: files: none (expected: the SHA-256 of each)".formatted(yaml));
            }
            var labels = root.path("classifier").path("labels").valueStream();
            return new ModelFiles(digests, labels.map(JsonNode::asString).toList());
        } catch (JacksonException e) {
            throw new IllegalStateException("%s: %s".formatted(yaml, e.getOriginalMessage()), e);
        }
    }
}
