package dev.millrace.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrecisionTests {
    @TempDir
    Path folder;

    @Test
    void findsBf16WhereTheProcessorMultipliesIt() throws IOException {
        Path cpuinfo =
                Files.writeString(folder.resolve("cpuinfo"), "processor\t: 0\nflags\t\t: fpu avx512f avx512_bf16\n");

        assertThat(Precision.ofProcessor(cpuinfo)).containsExactly(Precision.FP32, Precision.BF16);
    }

    @Test
    void findsOnlyFp32ElsewhereAndWhereNothingIsKnown() throws IOException {
        Path cpuinfo = Files.writeString(folder.resolve("cpuinfo"), "flags\t\t: fpu avx2 my_avx512_bf16_not\n");

        assertThat(Precision.ofProcessor(cpuinfo)).containsExactly(Precision.FP32);
        assertThat(Precision.ofProcessor(folder.resolve("absent"))).containsExactly(Precision.FP32);
    }

    @Test
    void readsWhatItWrites() {
        assertThat(Precision.of(Precision.BF16.text())).isEqualTo(Precision.BF16);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Precision.of("int8"))
                .withMessage("precision: 'int8' (expected: fp32 or bf16)");
    }
}
