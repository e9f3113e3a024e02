package dev.millrace.models.torchscript;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * TorchScript of the classifier heads. E = embedding size, F = engineered features, H = hidden units, K = labels. Each
 * answers with probabilities of shape (B, K) in fp64: the last softmax is computed in fp64, so that they sum to 1.
 */
public final class Heads {
    private Heads() {}

    /**
     * {@code softmax(embedding · weightᵀ + bias)}; takes {@code embedding} (B, E).
     *
     * @param weight of shape (K, E)
     * @param bias of shape (K)
     */
    public static TorchScriptArchive logistic(float[][] weight, float[] bias) {
        requireSize("bias", bias.length, weight.length);
        return archive(
                "LogisticHead",
                "logistic-head.py",
                Map.of("weight", Tensor.matrix(weight), "bias", Tensor.vector(bias)));
    }

    /**
     * {@code softmax(outputWeight · relu(hiddenWeight · [embedding, (features − mean) / sd] + hiddenBias) + outputBias)};
     * takes {@code embedding} (B, E) and {@code features} (B, F), as they were extracted. A standardised feature is cut
     * to ±10, so that an odd mail cannot drown the rest.
     *
     * @param mean of shape (F), of the training set
     * @param standardDeviation of shape (F), more than zero
     * @param hiddenWeight of shape (H, E + F)
     * @param hiddenBias of shape (H)
     * @param outputWeight of shape (K, H)
     * @param outputBias of shape (K)
     */
    public static TorchScriptArchive multilayer(
            float[] mean,
            float[] standardDeviation,
            float[][] hiddenWeight,
            float[] hiddenBias,
            float[][] outputWeight,
            float[] outputBias) {
        requireSize("standardDeviation", standardDeviation.length, mean.length);
        requireSize("hiddenBias", hiddenBias.length, hiddenWeight.length);
        requireSize("outputWeight[0]", outputWeight[0].length, hiddenWeight.length);
        requireSize("outputBias", outputBias.length, outputWeight.length);
        for (float sd : standardDeviation) {
            if (!(sd > 0)) {
                throw new IllegalArgumentException("standardDeviation: %s (expected: more than 0)".formatted(sd));
            }
        }
        return archive(
                "MultilayerHead",
                "multilayer-head.py",
                Map.of(
                        "mean", Tensor.vector(mean),
                        "standard_deviation", Tensor.vector(standardDeviation),
                        "hidden_weight", Tensor.matrix(hiddenWeight),
                        "hidden_bias", Tensor.vector(hiddenBias),
                        "output_weight", Tensor.matrix(outputWeight),
                        "output_bias", Tensor.vector(outputBias)));
    }

    private static TorchScriptArchive archive(String className, String resource, Map<String, Tensor> tensors) {
        return new TorchScriptArchive(className, text(resource), new TreeMap<>(tensors));
    }

    private static void requireSize(String field, int size, int expected) {
        if (size != expected) {
            throw new IllegalArgumentException("%s: %d elements (expected: %d)".formatted(field, size, expected));
        }
    }

    private static String text(String resource) {
        try (InputStream in = Heads.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(resource + " is not beside " + Heads.class.getName());
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(resource + " cannot be read", e);
        }
    }
}
