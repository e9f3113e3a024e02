package dev.millrace.model;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.TranslatorContext;
import dev.millrace.contract.v1.ModelReference;
import dev.millrace.stage.TransientFailureException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns named vectors into the probabilities of labels. Its TorchScript takes the inputs of {@code model.yaml} in that
 * order, each of shape (B, size) in fp32, and answers with probabilities of shape (B, K); B = batch, K = labels.
 * Thread-safe.
 */
public final class Classifier implements AutoCloseable {
    /*
     * The model is always run on this many rows, the missing ones zero. A matrix product picks its kernel by its shape,
     * so with the rows at hand alone, a record's probabilities would depend in their last bits on how many others
     * shared its batch, and could neither be cached nor compared.
     */
    static final int ROWS = 16;

    private final StoredModel model;
    private final ModelDescriptor.Classifier descriptor;
    private final EngineWorkers<List<Map<String, float[]>>, double[][]> workers;

    private Classifier(
            StoredModel model,
            ModelDescriptor.Classifier descriptor,
            EngineWorkers<List<Map<String, float[]>>, double[][]> workers) {
        this.model = model;
        this.descriptor = descriptor;
        this.workers = workers;
    }

    /**
     * Loads a classifier's fp32 weights.
     *
     * @param workers threads that run it, 1 to 256
     * @throws ModelRepositoryException if it is not a classifier or cannot be loaded
     */
    public static Classifier load(StoredModel model, int workers) {
        var descriptor = model.descriptor().classifier();
        if (descriptor == null) {
            throw new ModelRepositoryException("model %s: an encoder (expected: a classifier)".formatted(model));
        }
        var file = model.file(model.weights(Precision.FP32));
        return new Classifier(
                model, descriptor, EngineWorkers.load(model.toString(), file, workers, new RowsTranslator(descriptor)));
    }

    /** The K labels, in the order of the probabilities. */
    public List<String> labels() {
        return descriptor.labels();
    }

    /** The vectors it takes, such as {@code embedding} and {@code features}. */
    public List<ModelDescriptor.Input> inputs() {
        return descriptor.inputs();
    }

    public ModelReference modelReference() {
        return model.reference(Precision.FP32);
    }

    /** Runs the model once on every worker, so that the first record does not pay for it. */
    public void warmUp() {
        var zeros = new HashMap<String, float[]>();
        descriptor.inputs().forEach(input -> zeros.put(input.name(), new float[input.size()]));
        workers.runOnEach(List.of(List.of(zeros)));
    }

    /**
     * Classifies records. A record's probabilities are the same to the bit whatever shares its batch.
     *
     * @param records B records; each holds a vector for each of {@link #inputs()} and may hold others
     * @return probabilities of shape (B, K), in order; whatever the model said, so a NaN is for the caller to judge
     * @throws IllegalArgumentException if a vector is missing or of another size
     * @throws ModelExecutionException if the model fails
     * @throws TransientFailureException if this was closed or the caller was interrupted
     */
    public double[][] predict(List<Map<String, float[]>> records) {
        var batches = new ArrayList<List<Map<String, float[]>>>();
        for (int i = 0; i < records.size(); i += ROWS) {
            batches.add(records.subList(i, Math.min(i + ROWS, records.size())));
        }
        records.forEach(this::requireInputs);
        var probabilities = new double[records.size()][];
        int next = 0;
        for (double[][] rows : workers.run(batches)) {
            System.arraycopy(rows, 0, probabilities, next, rows.length);
            next += rows.length;
        }
        return probabilities;
    }

    private void requireInputs(Map<String, float[]> record) {
        for (var input : descriptor.inputs()) {
            float[] vector = record.get(input.name());
            if (vector == null || vector.length != input.size()) {
                throw new IllegalArgumentException("%s: %s (expected: %d elements)"
                        .formatted(input.name(), vector == null ? "none" : vector.length + " elements", input.size()));
            }
        }
    }

    @Override
    public void close() {
        workers.close();
    }

    private record RowsTranslator(ModelDescriptor.Classifier descriptor)
            implements NoBatchifyTranslator<List<Map<String, float[]>>, double[][]> {
        @Override
        public NDList processInput(TranslatorContext context, List<Map<String, float[]>> records) {
            context.setAttachment("rows", records.size());
            var tensors = new NDList();
            for (var input : descriptor.inputs()) {
                var values = FloatBuffer.allocate(ROWS * input.size());
                records.forEach(record -> values.put(requireNonNull(record.get(input.name()))));
                tensors.add(
                        context.getNDManager().create(values.clear(), new Shape(ROWS, input.size()), DataType.FLOAT32));
            }
            return tensors;
        }

        @Override
        public double[][] processOutput(TranslatorContext context, NDList output) {
            var tensor = output.singletonOrThrow();
            int labels = descriptor.labels().size();
            if (!tensor.getShape().equals(new Shape(ROWS, labels))) {
                throw new IllegalStateException(
                        "output: shape %s (expected: (%d, %d))".formatted(tensor.getShape(), ROWS, labels));
            }
            double[] values = tensor.toType(DataType.FLOAT64, false).toDoubleArray();
            var rows = new double[(int) context.getAttachment("rows")][labels];
            for (int i = 0; i < rows.length; i++) {
                System.arraycopy(values, i * labels, rows[i], 0, labels);
            }
            return rows;
        }
    }
}
