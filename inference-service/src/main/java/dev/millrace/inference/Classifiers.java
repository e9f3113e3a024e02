package dev.millrace.inference;

import dev.millrace.model.Classifier;
import dev.millrace.model.ModelRepository;
import dev.millrace.model.PipelineFit;
import dev.millrace.pipeline.Pipeline;
import dev.millrace.pipeline.PipelineCatalog;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The models that the pipelines name, loaded and warm. Safe to share between threads. */
final class Classifiers implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(Classifiers.class);

    private final Map<Pipeline.Model, Classifier> classifiers = new HashMap<>();

    Classifiers(PipelineCatalog pipelines, ModelRepository repository, int workers) {
        for (Pipeline pipeline : pipelines.all()) {
            PipelineFit.require(pipeline, repository);
            var classifier = classifiers.computeIfAbsent(pipeline.model(), model -> load(repository, model, workers));
            if (!classifier.labels().contains(pipeline.positiveLabel())) {
                throw new IllegalStateException("%s.positive-label: '%s' (expected one of %s)"
                        .formatted(pipeline.name(), pipeline.positiveLabel(), classifier.labels()));
            }
        }
    }

    Classifier of(Pipeline pipeline) {
        return Objects.requireNonNull(classifiers.get(pipeline.model()), "every pipeline's model is loaded");
    }

    @Override
    public void close() {
        classifiers.values().forEach(Classifier::close);
    }

    private static Classifier load(ModelRepository repository, Pipeline.Model model, int workers) {
        var classifier = Classifier.load(repository.model(model.name(), model.version()), workers);
        classifier.warmUp();
        LOGGER.atInfo()
                .addKeyValue("model", model.name())
                .addKeyValue("version", model.version())
                .log("model loaded and warm");
        return classifier;
    }
}
