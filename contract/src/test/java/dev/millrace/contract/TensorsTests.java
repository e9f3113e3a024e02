package dev.millrace.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.contract.v1.ElementType;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TensorsTests {
    @Test
    void readsWhatItWritesToTheBit() {
        float[] values = {0f, -0f, 1.5f, Float.MIN_VALUE, Float.MAX_VALUE, Float.NaN, Float.NEGATIVE_INFINITY};

        assertThat(Tensors.floats(Tensors.of("x", values))).containsExactly(values);
    }

    @Test
    void writesLittleEndian() {
        assertThat(Tensors.of("x", new float[] {1f}).getData().toByteArray()).containsExactly(0, 0, 0x80, 0x3f);
    }

    @Test
    void refusesDataThatDoesNotFitTheShape() {
        var tensor = Tensors.of("x", new float[3]).toBuilder().setShape(0, 4).build();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tensors.floats(tensor))
                .withMessage("x.data: 12 bytes (expected: 16 for shape [4])");
    }

    @Test
    void refusesAnotherElementType() {
        var tensor = Tensors.of("x", new float[1]).toBuilder()
                .setElementType(ElementType.INT64)
                .build();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tensors.floats(tensor))
                .withMessageContaining("INT64 (expected: FLOAT32)");
    }

    @Test
    void readsATensorWithoutElements() {
        var tensor = Tensors.of("x", new float[0]).toBuilder().addShape(7).build();

        assertThat(Tensors.floats(tensor)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-1",
                "-1 -1",
                "536870912",
                "65536 65536",
                "2147483647 2147483647 2147483647",
                "4611686018427387904 2"
            })
    void refusesAShapeThatNoArrayHas(String shape) {
        var tensor = Tensors.of("x", new float[0]).toBuilder().clearShape();
        Arrays.stream(shape.split(" ")).mapToLong(Long::parseLong).forEach(tensor::addShape);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tensors.floats(tensor.build()))
                .withMessageContaining("x.shape");
    }
}
