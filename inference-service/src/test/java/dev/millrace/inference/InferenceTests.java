package dev.millrace.inference;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class InferenceTests {
    @Test
    void takesProbabilitiesThatAddUpToOne() {
        assertThat(Inference.problem(new double[] {0.25, 0.75})).isNull();
        assertThat(Inference.problem(new double[] {1 + 1e-7, -1e-7})).isNull();
    }

    @Test
    void refusesOutputsThatAreNoProbabilities() {
        assertThat(Inference.problem(new double[] {1.25, -0.25}))
                .isEqualTo("probabilities[0]: 1.25 (expected: 0 to 1)");
        assertThat(Inference.problem(new double[] {0.5, Double.NaN}))
                .isEqualTo("probabilities[1]: NaN (expected: 0 to 1)");
        assertThat(Inference.problem(new double[] {0.5, 0.25}))
                .isEqualTo("probabilities: 2 with sum 0.75 (expected: sum 1)");
    }
}
