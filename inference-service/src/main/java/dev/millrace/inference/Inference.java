package dev.millrace.inference;

import dev.millrace.cache.CacheKey;
import dev.millrace.cache.TieredCache;
import dev.millrace.contract.ErrorCode;
import dev.millrace.contract.Tensors;
import dev.millrace.contract.v1.FeaturesExtracted;
import dev.millrace.contract.v1.PredictionMade;
import dev.millrace.contract.v1.Tensor;
import dev.millrace.model.Classifier;
import dev.millrace.model.ModelExecutionException;
import dev.millrace.pipeline.Pipeline;
import dev.millrace.pipeline.PipelineCatalog;
import dev.millrace.stage.Outcome;
import dev.millrace.stage.PermanentFailureException;
import dev.millrace.stage.StageFunction;
import dev.millrace.stage.StageInput;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Runs each input through its pipeline's model. Thread-safe. */
final class Inference implements StageFunction<FeaturesExtracted, PredictionMade> {
    private static final double TOLERANCE = 1e-6;
    private static final double SUM_TOLERANCE = 1e-3;

    private final PipelineCatalog pipelines;
    private final Classifiers classifiers;
    private final TieredCache<PredictionMade> known;

    /** @param known where predictions are kept for later uploads of the same content */
    Inference(PipelineCatalog pipelines, Classifiers classifiers, TieredCache<PredictionMade> known) {
        this.pipelines = pipelines;
        this.classifiers = classifiers;
        this.known = known;
    }

    /** An input on its way to the model, and the slot of the batch that its prediction goes to. */
    private record Prepared(int slot, FeaturesExtracted input, Map<String, float[]> tensors) {}

    @Override
    public List<Outcome<PredictionMade>> apply(List<StageInput<FeaturesExtracted>> batch) {
        var outcomes = new ArrayList<@Nullable Outcome<PredictionMade>>();
        var byClassifier = new LinkedHashMap<Classifier, List<Prepared>>();
        for (var input : batch) {
            try {
                var classifier = classifiers.of(pipeline(input.value().getPipeline()));
                var prepared = new Prepared(outcomes.size(), input.value(), tensors(classifier, input.value()));
                byClassifier
                        .computeIfAbsent(classifier, key -> new ArrayList<>())
                        .add(prepared);
                outcomes.add(null);
            } catch (PermanentFailureException e) {
                outcomes.add(new Outcome.Failed<>(e.code(), String.valueOf(e.getMessage())));
            }
        }
        byClassifier.forEach((classifier, inputs) -> predict(classifier, inputs, outcomes));
        var complete = outcomes.stream().map(Objects::requireNonNull).toList();
        share(batch, complete);
        return complete;
    }

    /** A prediction depends on nothing but what its key stands for, so it may be known before its result is published. */
    private void share(List<StageInput<FeaturesExtracted>> batch, List<Outcome<PredictionMade>> outcomes) {
        var predictions = new HashMap<CacheKey, PredictionMade>();
        for (int i = 0; i < batch.size(); i++) {
            var key = batch.get(i).value().getContentKey();
            if (key.size() == CacheKey.LENGTH && outcomes.get(i) instanceof Outcome.Value<PredictionMade> made) {
                predictions.put(CacheKey.of(key.toByteArray()), made.value());
            }
        }
        known.share(predictions);
    }

    private Pipeline pipeline(String name) {
        return pipelines
                .find(name)
                .orElseThrow(() -> new PermanentFailureException(
                        ErrorCode.UNKNOWN_PIPELINE,
                        "pipeline: '%s' (expected: one of this model repository)".formatted(name)));
    }

    private static Map<String, float[]> tensors(Classifier classifier, FeaturesExtracted input) {
        var tensors = new HashMap<String, float[]>();
        for (var wanted : classifier.inputs()) {
            var tensor = input.getTensorsList().stream()
                    .filter(candidate -> candidate.getName().equals(wanted.name()))
                    .findFirst()
                    .orElseThrow(() -> undecodable("tensors: %s (expected: %s of shape [%d])"
                            .formatted(
                                    input.getTensorsList().stream()
                                            .map(Tensor::getName)
                                            .toList(),
                                    wanted.name(),
                                    wanted.size())));
            if (!tensor.getShapeList().equals(List.of((long) wanted.size()))) {
                throw undecodable(
                        "%s.shape: %s (expected: [%d])".formatted(wanted.name(), tensor.getShapeList(), wanted.size()));
            }
            try {
                tensors.put(wanted.name(), Tensors.floats(tensor));
            } catch (IllegalArgumentException e) {
                throw undecodable(String.valueOf(e.getMessage()));
            }
        }
        return tensors;
    }

    private static PermanentFailureException undecodable(String detail) {
        return new PermanentFailureException(ErrorCode.UNDECODABLE_RECORD, detail);
    }

    private static void predict(
            Classifier classifier, List<Prepared> inputs, List<@Nullable Outcome<PredictionMade>> outcomes) {
        double[][] probabilities;
        try {
            probabilities =
                    classifier.predict(inputs.stream().map(Prepared::tensors).toList());
        } catch (ModelExecutionException e) {
            throw new PermanentFailureException(ErrorCode.MODEL_FAILED, String.valueOf(e.getMessage()));
        }
        for (int i = 0; i < probabilities.length; i++) {
            outcomes.set(inputs.get(i).slot(), outcome(classifier, inputs.get(i).input(), probabilities[i]));
        }
    }

    private static Outcome<PredictionMade> outcome(
            Classifier classifier, FeaturesExtracted input, double[] probabilities) {
        String problem = problem(probabilities);
        if (problem != null) {
            return new Outcome.Failed<>(ErrorCode.INVALID_MODEL_OUTPUT, problem);
        }
        var prediction = PredictionMade.newBuilder()
                .setPipeline(input.getPipeline())
                .setModel(classifier.modelReference())
                .setEncoder(input.getEncoder())
                .setEmbeddingKey(input.getEmbeddingKey())
                .addAllLabels(classifier.labels());
        for (double probability : probabilities) {
            prediction.addProbabilities(Math.clamp(probability, 0, 1));
        }
        return new Outcome.Value<>(prediction.build());
    }

    /** What keeps a model's output from being the probabilities of labels that exclude each other; null if nothing. */
    static @Nullable String problem(double[] probabilities) {
        double sum = 0;
        for (int i = 0; i < probabilities.length; i++) {
            // Written so that NaN fails it.
            if (!(probabilities[i] >= -TOLERANCE && probabilities[i] <= 1 + TOLERANCE)) {
                return "probabilities[%d]: %s (expected: 0 to 1)".formatted(i, probabilities[i]);
            }
            sum += probabilities[i];
        }
        return Math.abs(sum - 1) <= SUM_TOLERANCE
                ? null
                : "probabilities: %d with sum %s (expected: sum 1)".formatted(probabilities.length, sum);
    }
}
