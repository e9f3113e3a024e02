package dev.millrace.models.training;

import static java.util.Objects.requireNonNull;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.Dropout;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import dev.millrace.model.EngineSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Random;

/**
 * Trains a head with DJL on PyTorch: AdamW on weighted cross-entropy. On one machine the same inputs give the same
 * weights, to the bit: one thread, seeded, batches drawn by a seeded {@link Random}.
 */
final class HeadTrainer {
    static {
        EngineSettings.apply();
    }

    private static final int LABELS = 2;

    private final HeadSettings settings;

    HeadTrainer(HeadSettings settings) {
        this.settings = settings;
    }

    /**
     * Trains on rows.
     *
     * @param rows of shape (N, D)
     * @param spam of shape (N)
     * @param weights of shape (N), how much each row counts for
     */
    HeadWeights train(float[][] rows, boolean[] spam, float[] weights, long seed) {
        var members = new ArrayList<HeadWeights>();
        for (int member = 0; member < settings.members(); member++) {
            members.add(trainOne(rows, spam, weights, 1_000 * seed + member));
        }
        return HeadWeights.mean(members);
    }

    private HeadWeights trainOne(float[][] rows, boolean[] spam, float[] weights, long seed) {
        Engine.getEngine("PyTorch").setRandomSeed((int) seed);
        int batches = (rows.length + HeadSettings.BATCH - 1) / HeadSettings.BATCH;
        var rate = Tracker.cosine()
                .setBaseValue(settings.learningRate())
                .optFinalValue(0)
                .setMaxUpdates(batches * settings.epochs())
                .build();
        var optimizer = Optimizer.adamW()
                .optLearningRateTracker(rate)
                .optWeightDecays(settings.weightDecay())
                .build();
        var configuration = new DefaultTrainingConfig(new WeightedCrossEntropy())
                .optOptimizer(optimizer)
                .optDevices(new Device[] {Device.cpu()});
        try (var model = Model.newInstance("head", Device.cpu(), "PyTorch")) {
            model.setBlock(block());
            try (var trainer = model.newTrainer(configuration)) {
                trainer.initialize(new Shape(HeadSettings.BATCH, rows[0].length));
                var random = new Random(seed);
                for (int epoch = 0; epoch < settings.epochs(); epoch++) {
                    int[] order = shuffled(rows.length, random);
                    for (int start = 0; start < order.length; start += HeadSettings.BATCH) {
                        int end = Math.min(start + HeadSettings.BATCH, order.length);
                        step(trainer, optimizer, Arrays.copyOfRange(order, start, end), rows, spam, weights);
                    }
                }
                return weights(model.getBlock());
            }
        }
    }

    private Block block() {
        var output = Linear.builder().setUnits(LABELS).build();
        if (settings.hidden() == 0) {
            return output;
        }
        return new SequentialBlock()
                .add(Linear.builder().setUnits(settings.hidden()).build())
                .add(Activation.reluBlock())
                .add(Dropout.builder().optRate(settings.dropout()).build())
                .add(output);
    }

    private static void step(
            Trainer trainer, Optimizer optimizer, int[] picked, float[][] rows, boolean[] spam, float[] weights) {
        try (NDManager manager = trainer.getManager().newSubManager()) {
            float[][] batch = new float[picked.length][];
            float[][] targets = new float[picked.length][LABELS];
            for (int i = 0; i < picked.length; i++) {
                batch[i] = rows[picked[i]];
                // The target carries the row's weight, so that it weighs the row's loss.
                targets[i][spam[picked[i]] ? 1 : 0] = weights[picked[i]];
            }
            var labels = new NDList(manager.create(targets));
            try (var collector = trainer.newGradientCollector()) {
                var logits = trainer.forward(new NDList(manager.create(batch)));
                collector.backward(trainer.getLoss().evaluate(labels, logits));
            }
            // As Trainer.step does, which takes gradients whose sum is 0 for none: those of two labels cancel, but for
            // rounding.
            for (var parameter : trainer.getModel().getBlock().getParameters().values()) {
                var array = requireNonNull(parameter.getArray());
                try (var gradient = array.getGradient()) {
                    optimizer.update(parameter.getId(), array, gradient);
                }
            }
        }
    }

    private static int[] shuffled(int count, Random random) {
        int[] order = new int[count];
        for (int i = 0; i < count; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }

    private static HeadWeights weights(Block block) {
        var arrays = new ArrayList<NDArray>();
        block.getParameters().values().forEach(parameter -> arrays.add(requireNonNull(parameter.getArray())));
        float[][] first = matrix(arrays.get(0));
        float[] firstBias = arrays.get(1).toFloatArray();
        if (arrays.size() == 2) {
            return new HeadWeights(new float[0][], new float[0], first, firstBias);
        }
        return new HeadWeights(
                first, firstBias, matrix(arrays.get(2)), arrays.get(3).toFloatArray());
    }

    private static float[][] matrix(NDArray array) {
        int rows = (int) array.getShape().get(0);
        int columns = (int) array.getShape().get(1);
        float[] values = array.toFloatArray();
        float[][] matrix = new float[rows][];
        for (int row = 0; row < rows; row++) {
            matrix[row] = Arrays.copyOfRange(values, row * columns, (row + 1) * columns);
        }
        return matrix;
    }

    /** Cross-entropy of weighted one-hot targets, mean over the batch. */
    private static final class WeightedCrossEntropy extends Loss {
        WeightedCrossEntropy() {
            super("WeightedCrossEntropy");
        }

        @Override
        public NDArray evaluate(NDList targets, NDList logits) {
            var logarithms = logits.singletonOrThrow().logSoftmax(1);
            return targets.singletonOrThrow()
                    .mul(logarithms)
                    .sum(new int[] {1})
                    .neg()
                    .mean();
        }
    }
}
