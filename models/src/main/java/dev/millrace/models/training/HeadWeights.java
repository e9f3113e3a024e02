package dev.millrace.models.training;

import java.util.Arrays;
import java.util.List;

/**
 * A trained head: {@code logits = outputWeight · relu(hiddenWeight · x + hiddenBias) + outputBias}, or without a hidden
 * layer {@code outputWeight · x + outputBias}. D = inputs, H = hidden units, K = 2 labels, ham and spam. Immutable by
 * agreement: nobody writes to its arrays.
 */
final class HeadWeights {
    private final float[][] hiddenWeight;
    private final float[] hiddenBias;
    private final float[][] outputWeight;
    private final float[] outputBias;

    /**
     * @param hiddenWeight of shape (H, D); empty without a hidden layer
     * @param hiddenBias of shape (H)
     * @param outputWeight of shape (K, H), or (K, D) without a hidden layer
     * @param outputBias of shape (K)
     */
    HeadWeights(float[][] hiddenWeight, float[] hiddenBias, float[][] outputWeight, float[] outputBias) {
        this.hiddenWeight = hiddenWeight;
        this.hiddenBias = hiddenBias;
        this.outputWeight = outputWeight;
        this.outputBias = outputBias;
    }

    float[][] hiddenWeight() {
        return hiddenWeight;
    }

    float[] hiddenBias() {
        return hiddenBias;
    }

    float[][] outputWeight() {
        return outputWeight;
    }

    float[] outputBias() {
        return outputBias;
    }

    /**
     * One network whose logits are the mean of its members': their hidden units side by side, and their output weights
     * divided by how many they are.
     */
    static HeadWeights mean(List<HeadWeights> members) {
        if (members.size() == 1) {
            return members.getFirst();
        }
        int labels = members.getFirst().outputBias.length;
        float[][] hiddenWeight = members.stream()
                .flatMap(member -> Arrays.stream(member.hiddenWeight))
                .toArray(float[][]::new);
        float[] hiddenBias = new float[hiddenWeight.length];
        float[][] outputWeight = new float[labels][hiddenWeight.length];
        float[] outputBias = new float[labels];
        int at = 0;
        for (var member : members) {
            int width = member.hiddenBias.length;
            System.arraycopy(member.hiddenBias, 0, hiddenBias, at, width);
            for (int label = 0; label < labels; label++) {
                outputBias[label] += member.outputBias[label] / members.size();
                for (int i = 0; i < width; i++) {
                    outputWeight[label][at + i] = member.outputWeight[label][i] / members.size();
                }
            }
            at += width;
        }
        return new HeadWeights(hiddenWeight, hiddenBias, outputWeight, outputBias);
    }

    /** The head whose log odds of spam are {@code slope · log odds + intercept} of this one's. */
    HeadWeights calibrated(Calibration calibration) {
        float[][] weight = new float[outputWeight.length][];
        float[] bias = new float[outputBias.length];
        for (int label = 0; label < weight.length; label++) {
            weight[label] = outputWeight[label].clone();
            for (int i = 0; i < weight[label].length; i++) {
                weight[label][i] *= (float) calibration.slope();
            }
            bias[label] = (float) (outputBias[label] * calibration.slope());
        }
        bias[1] += (float) calibration.intercept();
        return new HeadWeights(hiddenWeight, hiddenBias, weight, bias);
    }

    /** The head that takes embeddings as they are, where this one takes them scaled. */
    HeadWeights unscaled(int embeddingSize) {
        boolean flat = hiddenWeight.length == 0;
        float[][] first = Arrays.stream(flat ? outputWeight : hiddenWeight)
                .map(float[]::clone)
                .toArray(float[][]::new);
        for (float[] row : first) {
            for (int i = 0; i < embeddingSize; i++) {
                row[i] *= HeadInputs.EMBEDDING_SCALE;
            }
        }
        return flat
                ? new HeadWeights(hiddenWeight, hiddenBias, first, outputBias)
                : new HeadWeights(first, hiddenBias, outputWeight, outputBias);
    }

    /** Log odds of spam for an input of shape (D): the second logit less the first. */
    double logOdds(float[] input) {
        double[] layer = hiddenWeight.length == 0 ? null : new double[hiddenWeight.length];
        if (layer != null) {
            for (int unit = 0; unit < layer.length; unit++) {
                layer[unit] = Math.max(0, dot(hiddenWeight[unit], input) + hiddenBias[unit]);
            }
        }
        double odds = outputBias[1] - outputBias[0];
        for (int i = 0; i < outputWeight[0].length; i++) {
            odds += (outputWeight[1][i] - outputWeight[0][i]) * (layer == null ? input[i] : layer[i]);
        }
        return odds;
    }

    private static double dot(float[] weight, float[] input) {
        double sum = 0;
        for (int i = 0; i < input.length; i++) {
            sum += weight[i] * input[i];
        }
        return sum;
    }
}
