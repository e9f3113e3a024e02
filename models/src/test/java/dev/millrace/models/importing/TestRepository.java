package dev.millrace.models.importing;

import dev.millrace.model.ModelRepository;
import dev.millrace.model.StoredModel;
import java.nio.file.Path;

/** The default repository, built once for all tests and kept between builds by the digest of its sources. */
final class TestRepository {
    static final Path PARENT = Path.of("target", "test-models");

    private TestRepository() {}

    static Path folder() {
        return new ModelRepositoryBuilder(PARENT, line -> {}).build();
    }

    static ModelRepository open() {
        return ModelRepository.open(folder());
    }

    static StoredModel encoder() {
        return open().model("all-MiniLM-L6-v2", "1");
    }
}
