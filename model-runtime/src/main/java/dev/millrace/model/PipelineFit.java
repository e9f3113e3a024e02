package dev.millrace.model;

import dev.millrace.model.mail.MailFeatures;
import dev.millrace.pipeline.Pipeline;
import java.util.TreeMap;

/** Checks that a pipeline's encoder and features make what its model takes. */
public final class PipelineFit {
    private PipelineFit() {}

    /**
     * Reads the {@code model.yaml} of encoder and model, not their other files.
     *
     * @throws IllegalStateException if the model takes a vector that is not made, or one of another size
     * @throws ModelRepositoryException if one of the two is not there or is not what the pipeline takes it for
     */
    public static void require(Pipeline pipeline, ModelRepository repository) {
        var encoder = repository.descriptor(
                pipeline.encoder().name(), pipeline.encoder().version());
        var model =
                repository.descriptor(pipeline.model().name(), pipeline.model().version());
        if (encoder.encoder() == null || model.classifier() == null) {
            throw new ModelRepositoryException("%s: encoder %s, model %s (expected: an encoder and a classifier)"
                    .formatted(pipeline.name(), encoder.name(), model.name()));
        }
        var made = new TreeMap<String, Integer>();
        made.put("embedding", encoder.encoder().embeddingSize());
        if (pipeline.features() != null) {
            made.put("features", MailFeatures.NAMES.size());
        }
        for (var input : model.classifier().inputs()) {
            Integer size = made.get(input.name());
            if (size == null || size != input.size()) {
                throw new IllegalStateException(
                        "%s.model: %s/%s takes %s of size %d (expected: of %s, as the pipeline makes)"
                                .formatted(
                                        pipeline.name(),
                                        model.name(),
                                        model.version(),
                                        input.name(),
                                        input.size(),
                                        made));
            }
        }
    }
}
