package dev.millrace.model;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A folder of models: {@code <name>/<version>/model.yaml} and the files it names. Whoever can write to it decides what
 * code runs: it is trusted, and nothing in it ever comes from a request. Immutable, so safe to share between threads.
 */
public final class ModelRepository {
    private final Path folder;

    private ModelRepository(Path folder) {
        this.folder = folder;
    }

    /**
     * Opens a repository.
     *
     * @throws ModelRepositoryException if there is no such folder
     */
    public static ModelRepository open(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new ModelRepositoryException(
                    "model repository: '%s' (expected: a folder that is there and can be read)".formatted(folder));
        }
        return new ModelRepository(folder.toAbsolutePath().normalize());
    }

    /**
     * Finds one version of a model and checks every file of it against the SHA-256 in its {@code model.yaml}.
     *
     * @throws ModelRepositoryException if it is not there, its {@code model.yaml} is wrong, or a file is not the one
     *     that it names
     */
    public StoredModel model(String name, String version) {
        descriptor(name, version);
        return StoredModel.open(folder.resolve(name).resolve(version));
    }

    /**
     * What one version of a model is, without a look at its other files.
     *
     * @throws ModelRepositoryException if it is not there or its {@code model.yaml} is wrong
     */
    public ModelDescriptor descriptor(String name, String version) {
        Path modelFolder = folder.resolve(name).resolve(version);
        if (!ModelDescriptor.isName(name)
                || !ModelDescriptor.isName(version)
                || !Files.isRegularFile(modelFolder.resolve(StoredModel.DESCRIPTOR_FILE))) {
            throw new ModelRepositoryException("model %s/%s: not found (expected: %s below '%s')"
                    .formatted(name, version, StoredModel.DESCRIPTOR_FILE, folder));
        }
        var descriptor = StoredModel.describe(modelFolder);
        if (!descriptor.name().equals(name) || !descriptor.version().equals(version)) {
            throw new ModelRepositoryException("%s: name %s, version %s (expected: %s, %s, as its folders are named)"
                    .formatted(
                            modelFolder.resolve(StoredModel.DESCRIPTOR_FILE),
                            descriptor.name(),
                            descriptor.version(),
                            name,
                            version));
        }
        return descriptor;
    }
}
