package dev.millrace.models.torchscript;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.model.Classifier;
import dev.millrace.model.ModelDescriptor;
import dev.millrace.model.ModelExecutionException;
import dev.millrace.model.ModelRepository;
import dev.millrace.model.Precision;
import dev.millrace.model.StoredModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeadsTests {
    private static final int E = 384;
    private static final int F = 23;
    private static final int H = 48;

    private final Random random = new Random(3);

    @TempDir
    Path folder;

    @Test
    void computesTheLogisticHead() throws IOException {
        float[][] weight = matrix(2, E);
        float[] bias = vector(2);
        var records = records(5);

        try (var classifier = load(Heads.logistic(weight, bias), input("embedding", E))) {
            double[][] probabilities = classifier.predict(records);

            for (int i = 0; i < records.size(); i++) {
                double[] expected = softmax(linear(weight, bias, vector(records.get(i), "embedding")));
                assertThat(probabilities[i]).containsExactly(expected, within(1e-6));
                assertThat(probabilities[i][0] + probabilities[i][1]).isCloseTo(1, within(1e-12));
            }
        }
    }

    @Test
    void computesTheMultilayerHead() throws IOException {
        float[] mean = vector(F);
        float[] sd = new float[F];
        for (int i = 0; i < F; i++) {
            sd[i] = 0.05f + random.nextFloat();
        }
        float[][] hiddenWeight = matrix(H, E + F);
        float[] hiddenBias = vector(H);
        float[][] outputWeight = matrix(2, H);
        float[] outputBias = vector(2);
        var records = records(5);

        try (var classifier = load(
                Heads.multilayer(mean, sd, hiddenWeight, hiddenBias, outputWeight, outputBias),
                input("embedding", E),
                input("features", F))) {
            double[][] probabilities = classifier.predict(records);

            for (int i = 0; i < records.size(); i++) {
                var input = new float[E + F];
                System.arraycopy(vector(records.get(i), "embedding"), 0, input, 0, E);
                for (int f = 0; f < F; f++) {
                    input[E + f] = Math.clamp((vector(records.get(i), "features")[f] - mean[f]) / sd[f], -10, 10);
                }
                double[] hidden = linear(hiddenWeight, hiddenBias, input);
                var rectified = new float[H];
                for (int h = 0; h < H; h++) {
                    rectified[h] = (float) Math.max(0, hidden[h]);
                }
                assertThat(probabilities[i])
                        .containsExactly(softmax(linear(outputWeight, outputBias, rectified)), within(1e-5));
            }
        }
    }

    @Test
    void givesTheSameBitsAloneAndInAnyBatch() throws IOException {
        var archive = Heads.multilayer(vector(F), ones(F), matrix(H, E + F), vector(H), matrix(2, H), vector(2));
        try (var classifier = load(archive, input("embedding", E), input("features", F))) {
            var records = records(100);
            var alone = records.stream()
                    .map(record -> classifier.predict(List.of(record))[0])
                    .toList();

            for (int from = 0; from < 20; from++) {
                double[][] together = classifier.predict(records.subList(from, records.size()));
                for (int i = 0; i < together.length; i++) {
                    assertThat(together[i]).isEqualTo(alone.get(from + i));
                }
            }
        }
    }

    @Test
    void refusesVectorsOfAnotherSize() throws IOException {
        try (var classifier = load(Heads.logistic(matrix(2, E), vector(2)), input("embedding", E))) {
            classifier.warmUp();

            assertThat(classifier.predict(List.of())).isEmpty();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> classifier.predict(List.of(Map.of("embedding", new float[3]))))
                    .withMessage("embedding: 3 elements (expected: 384 elements)");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> classifier.predict(List.of(Map.of())))
                    .withMessage("embedding: none (expected: 384 elements)");
        }
    }

    @Test
    void refusesAModelThatAnswersWithAnotherShape() throws IOException {
        try (var classifier = load(Heads.logistic(matrix(3, E), vector(3)), input("embedding", E))) {
            Assertions.assertThatExceptionOfType(ModelExecutionException.class)
                    .isThrownBy(() -> classifier.predict(records(1)))
                    .withMessageContaining("output: shape (16, 3) (expected: (16, 2))");
        }
    }

    @Test
    void passesNotANumberOn() throws IOException {
        var embedding = vector(E);
        embedding[7] = Float.NaN;
        try (var classifier = load(Heads.logistic(matrix(2, E), vector(2)), input("embedding", E))) {
            double[][] probabilities = classifier.predict(
                    List.of(Map.of("embedding", embedding), records(1).getFirst()));

            assertThat(probabilities[0]).containsOnly(Double.NaN);
            assertThat(probabilities[1]).doesNotContain(Double.NaN);
        }
    }

    private Classifier load(TorchScriptArchive archive, ModelDescriptor.Input... inputs) throws IOException {
        Path model = Files.createDirectories(folder.resolve("head").resolve("1"));
        archive.writeTo(model.resolve("model.pt"));
        StoredModel.seal(
                model,
                new ModelDescriptor(
                        "head",
                        "1",
                        "A head with random weights.",
                        null,
                        new ModelDescriptor.Classifier(List.of(inputs), List.of("ham", "spam")),
                        Map.of(Precision.FP32, "model.pt"),
                        new TreeMap<>()));
        return Classifier.load(ModelRepository.open(folder).model("head", "1"), 2);
    }

    private List<Map<String, float[]>> records(int count) {
        var records = new ArrayList<Map<String, float[]>>();
        for (int i = 0; i < count; i++) {
            records.add(Map.of("embedding", vector(E), "features", vector(F)));
        }
        return records;
    }

    private static float[] vector(Map<String, float[]> record, String name) {
        return requireNonNull(record.get(name));
    }

    private static ModelDescriptor.Input input(String name, int size) {
        return new ModelDescriptor.Input(name, size);
    }

    private float[][] matrix(int rows, int columns) {
        return IntStream.range(0, rows).mapToObj(row -> vector(columns)).toArray(float[][]::new);
    }

    private float[] vector(int size) {
        var values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextGaussian() / 10;
        }
        return values;
    }

    private static float[] ones(int size) {
        var values = new float[size];
        Arrays.fill(values, 1);
        return values;
    }

    private static double[] linear(float[][] weight, float[] bias, float[] input) {
        var output = new double[bias.length];
        for (int row = 0; row < bias.length; row++) {
            output[row] = bias[row];
            for (int i = 0; i < input.length; i++) {
                output[row] += (double) weight[row][i] * input[i];
            }
        }
        return output;
    }

    private static double[] softmax(double[] logits) {
        double a = Math.exp(logits[0]);
        double b = Math.exp(logits[1]);
        return new double[] {a / (a + b), b / (a + b)};
    }
}
