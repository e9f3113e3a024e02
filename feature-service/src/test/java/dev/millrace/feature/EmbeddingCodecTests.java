package dev.millrace.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddingCodecTests {
    private static final int SIZE = 384;
    private final EmbeddingCodec codec = new EmbeddingCodec(SIZE);

    private static float[] unitVector(long seed) {
        var random = new Random(seed);
        var vector = new float[SIZE];
        double square = 0;
        for (int i = 0; i < SIZE; i++) {
            vector[i] = (float) random.nextGaussian();
            square += vector[i] * vector[i];
        }
        for (int i = 0; i < SIZE; i++) {
            vector[i] /= (float) Math.sqrt(square);
        }
        return vector;
    }

    @Test
    void keepsAnEmbeddingIn768BytesAsNearAsAUseCanTell() {
        for (int seed = 0; seed < 100; seed++) {
            float[] embedding = unitVector(seed);
            byte[] bytes = codec.encode(embedding).orElseThrow();
            float[] kept = codec.decode(bytes);

            assertThat(bytes).hasSize(768);
            double dot = 0;
            double square = 0;
            for (int i = 0; i < SIZE; i++) {
                assertThat(Math.abs(kept[i] - embedding[i])).isLessThan(1e-4f);
                dot += (double) kept[i] * embedding[i];
                square += (double) kept[i] * kept[i];
            }
            assertThat(dot / Math.sqrt(square)).isGreaterThan(0.99999);
        }
    }

    @Test
    void keepsWhatItKeptOnceAsItIs() {
        float[] kept = codec.decode(codec.encode(unitVector(1)).orElseThrow());
        assertThat(codec.decode(codec.encode(kept).orElseThrow())).isEqualTo(kept);
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 70_000f})
    void keepsNoneThatIsNotFinite(float element) {
        float[] embedding = unitVector(1);
        embedding[7] = element;
        assertThat(codec.encode(embedding)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 767, 769, 1536})
    void refusesBytesOfAnotherLength(int length) {
        assertThatThrownBy(() -> codec.decode(new byte[length]))
                .hasMessage("bytes: %d (expected: 768)".formatted(length));
    }
}
