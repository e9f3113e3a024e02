package dev.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SamplesTests {
    @Test
    void areTwentyFourOfBothKinds() {
        var samples = Samples.all();

        assertThat(samples).hasSize(24).allSatisfy(sample -> {
            assertThat(sample.label()).isIn("ham", "spam");
            assertThat(sample.content()).isNotEmpty();
        });
        assertThat(samples).extracting(Samples.Sample::label).contains("ham", "spam");
    }
}
