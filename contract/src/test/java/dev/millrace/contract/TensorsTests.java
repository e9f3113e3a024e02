package dev.millrace.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.contract.v1.ElementType;
import org.junit.jupiter.api.Test;

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
    void refusesANegativeExtent() {
        var tensor = Tensors.of("x", new float[1]).toBuilder().setShape(0, -1).build();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tensors.floats(tensor))
                .withMessageContaining("x.shape");
    }
}
