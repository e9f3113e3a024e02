package dev.millrace.pipeline;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * What a model version consists of, for services that load no model.
 *
 * @param digests SHA-256 of each file, lower-case hex, by its name
 */
public record ModelFiles(Map<String, String> digests) {
    public ModelFiles {
        digests = Map.copyOf(digests);
    }

    /**
     * Reads the {@code files} of a model version's {@code model.yaml}.
     *
     * @throws IllegalStateException if it cannot be read or names none; the message names the file
     */
    public static ModelFiles read(Path repository, String name, String version) {
        Path yaml = repository.resolve(name).resolve(version).resolve("model.yaml");
        try {
            var digests = new TreeMap<String, String>();
            YAMLMapper.shared()
                    .readTree(yaml)
                    .path("files")
                    .forEachEntry((file, digest) -> digests.put(file, digest.asString()));
            if (digests.isEmpty()) {
                throw new IllegalStateException("%s: files: none (expected: the SHA-256 of each)".formatted(yaml));
            }
            return new ModelFiles(digests);
        } catch (JacksonException e) {
            throw new IllegalStateException("%s: %s".formatted(yaml, e.getOriginalMessage()), e);
        }
    }
}
