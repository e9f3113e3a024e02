package dev.millrace.models.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HeadTrainerTests {
    private static final HeadSettings LINEAR = new HeadSettings(0, 1, 40, 0.05f, 1e-4f, 0, 1);
    private static final HeadSettings MULTILAYER = new HeadSettings(16, 2, 80, 0.01f, 1e-4f, 0.1f, 1);

    private final float[][] rows = new float[400][2];
    private final boolean[] sums = new boolean[rows.length];
    private final boolean[] products = new boolean[rows.length];
    private final float[] weights = new float[rows.length];

    HeadTrainerTests() {
        var random = new Random(3);
        for (int i = 0; i < rows.length; i++) {
            rows[i][0] = (float) random.nextGaussian();
            rows[i][1] = (float) random.nextGaussian();
            sums[i] = rows[i][0] + rows[i][1] > 0;
            products[i] = rows[i][0] * rows[i][1] > 0;
            weights[i] = 1;
        }
    }

    @Test
    void learnsALineWithoutAHiddenLayer() {
        var head = new HeadTrainer(LINEAR).train(rows, sums, weights, 1);

        assertThat(accuracy(head, sums)).isGreaterThan(0.97);
    }

    @Test
    void learnsWhatNoLinePartsWithAHiddenLayer() {
        var head = new HeadTrainer(MULTILAYER).train(rows, products, weights, 1);

        assertThat(accuracy(head, products)).isGreaterThan(0.93);
        assertThat(head.hiddenWeight()).hasDimensions(32, 2);
        assertThat(head.outputWeight()).hasDimensions(2, 32);
    }

    @Test
    void givesTheSameWeightsForTheSameSeed() {
        var first = new HeadTrainer(MULTILAYER).train(rows, products, weights, 5);
        var second = new HeadTrainer(MULTILAYER).train(rows, products, weights, 5);

        assertThat(second.hiddenWeight()).isDeepEqualTo(first.hiddenWeight());
        assertThat(second.outputWeight()).isDeepEqualTo(first.outputWeight());
    }

    @Test
    void heedsTheWeightsOfRows() {
        // Every row twice, with either label; those of the true label count for more.
        float[][] twice = new float[2 * rows.length][];
        boolean[] labels = new boolean[twice.length];
        float[] uneven = new float[twice.length];
        for (int i = 0; i < twice.length; i++) {
            int row = i / 2;
            twice[i] = rows[row];
            labels[i] = (i % 2 == 0) == sums[row];
            uneven[i] = i % 2 == 0 ? 1 : 0.2f;
        }

        var head = new HeadTrainer(LINEAR).train(twice, labels, uneven, 1);

        assertThat(accuracy(head, sums)).isGreaterThan(0.95);
    }

    @Test
    void averagesTheLogitsOfItsMembers() {
        var a = new HeadWeights(
                new float[][] {{1, 2}}, new float[] {0.5f}, new float[][] {{1}, {-3}}, new float[] {0, 1});
        var b = new HeadWeights(new float[][] {{-2, 1}}, new float[] {0}, new float[][] {{2}, {5}}, new float[] {1, 0});
        float[] input = {0.3f, 0.9f};

        var mean = HeadWeights.mean(List.of(a, b));

        assertThat(mean.logOdds(input)).isCloseTo((a.logOdds(input) + b.logOdds(input)) / 2, within(1e-5));
    }

    @Test
    void foldsCalibrationAndScaleIntoTheWeights() {
        var head = new HeadWeights(
                new float[][] {{1, 2}}, new float[] {0.5f}, new float[][] {{1}, {-3}}, new float[] {0, 1});
        float[] input = {0.3f, 0.9f};
        float[] scaled = {0.3f * HeadInputs.EMBEDDING_SCALE, 0.9f};

        assertThat(head.calibrated(new Calibration(0.7, -0.2)).logOdds(input))
                .isCloseTo(0.7 * head.logOdds(input) - 0.2, within(1e-5));
        assertThat(head.unscaled(1).logOdds(input)).isCloseTo(head.logOdds(scaled), within(1e-4));
    }

    private double accuracy(HeadWeights head, boolean[] labels) {
        int right = 0;
        for (int i = 0; i < rows.length; i++) {
            right += head.logOdds(rows[i]) > 0 == labels[i] ? 1 : 0;
        }
        return right / (double) rows.length;
    }
}
