package dev.millrace.model;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.millrace.contract.v1.ModelReference;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.commons.codec.digest.DigestUtils;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/**
 * One version of a model on disk. An instance that exists had all its files checked against their SHA-256. Immutable,
 * so safe to share between threads.
 */
public final class StoredModel {
    static final String DESCRIPTOR_FILE = "model.yaml";

    private static final YAMLMapper YAML = YAMLMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
            .changeDefaultPropertyInclusion(inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
            .build();

    private final Path folder;
    private final ModelDescriptor descriptor;

    private StoredModel(Path folder, ModelDescriptor descriptor) {
        this.folder = folder;
        this.descriptor = descriptor;
    }

    /** Reads a model's folder and checks its files. @throws ModelRepositoryException if anything is wrong with it */
    static StoredModel open(Path folder) {
        var descriptor = describe(folder);
        descriptor.files().forEach((file, expected) -> {
            String digest = digest(folder.resolve(file));
            if (!digest.equals(expected)) {
                throw new ModelRepositoryException(("%s: SHA-256 %s (expected: %s, as in %s); the file was damaged or "
                                + "changed, so the model is not loaded: build or copy it anew")
                        .formatted(folder.resolve(file), digest, expected, DESCRIPTOR_FILE));
            }
        });
        return new StoredModel(folder, descriptor);
    }

    /** Reads the {@code model.yaml} of a model's folder. @throws ModelRepositoryException if anything is wrong with it */
    static ModelDescriptor describe(Path folder) {
        Path yaml = folder.resolve(DESCRIPTOR_FILE);
        ModelDescriptor descriptor;
        try {
            descriptor = YAML.readValue(yaml, ModelDescriptor.class);
        } catch (JacksonException e) {
            throw new ModelRepositoryException("%s: %s".formatted(yaml, e.getOriginalMessage()), e);
        }
        for (String file : used(descriptor).toList()) {
            if (!descriptor.files().containsKey(file)) {
                throw new ModelRepositoryException("%s: files.%s: none (expected: its SHA-256)".formatted(yaml, file));
            }
        }
        return descriptor;
    }

    /**
     * Writes the {@code model.yaml} of a folder whose other files are complete, with the SHA-256 of each.
     *
     * @param descriptor what to write; its {@code files} are replaced
     * @throws IOException if the folder cannot be read or written
     */
    public static StoredModel seal(Path folder, ModelDescriptor descriptor) throws IOException {
        var digests = new TreeMap<String, String>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                String name = requireNonNull(file.getFileName()).toString();
                if (!name.equals(DESCRIPTOR_FILE)) {
                    digests.put(name, digest(file));
                }
            }
        }
        var sealed = descriptor.withFiles(digests);
        Files.writeString(folder.resolve(DESCRIPTOR_FILE), YAML.writeValueAsString(sealed), StandardCharsets.UTF_8);
        return open(folder);
    }

    public ModelDescriptor descriptor() {
        return descriptor;
    }

    /**
     * A file of the model.
     *
     * @throws ModelRepositoryException if {@code model.yaml} does not name it
     */
    public Path file(String name) {
        requireDigest(name);
        return folder.resolve(name);
    }

    /**
     * What names this model in events.
     *
     * @throws ModelRepositoryException if it has no weights of this precision
     */
    public ModelReference reference(Precision precision) {
        return ModelReference.newBuilder()
                .setName(descriptor.name())
                .setVersion(descriptor.version())
                .setDigest(requireDigest(weights(precision)))
                .setPrecision(precision.text())
                .build();
    }

    String weights(Precision precision) {
        String file = descriptor.weights().get(precision);
        if (file == null) {
            throw new ModelRepositoryException("model %s/%s: no weights of precision %s (expected one of: %s)"
                    .formatted(
                            descriptor.name(),
                            descriptor.version(),
                            precision.text(),
                            descriptor.weights().keySet().stream()
                                    .map(Precision::text)
                                    .toList()));
        }
        return file;
    }

    /** Name and version, for messages. */
    @Override
    public String toString() {
        return descriptor.name() + "/" + descriptor.version();
    }

    private String requireDigest(String file) {
        String digest = descriptor.files().get(file);
        if (digest == null) {
            throw new ModelRepositoryException("model %s: file '%s' (expected one of: %s)"
                    .formatted(this, file, descriptor.files().keySet()));
        }
        return digest;
    }

    private static Stream<String> used(ModelDescriptor descriptor) {
        return Stream.concat(
                descriptor.weights().values().stream(),
                Stream.ofNullable(descriptor.encoder()).map(ModelDescriptor.Encoder::tokenizer));
    }

    private static String digest(Path file) {
        try (var in = Files.newInputStream(file)) {
            return DigestUtils.sha256Hex(in);
        } catch (IOException e) {
            throw new ModelRepositoryException("%s: cannot be read (%s)".formatted(file, e), e);
        }
    }
}
