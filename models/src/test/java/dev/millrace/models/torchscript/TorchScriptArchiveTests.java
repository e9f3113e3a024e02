package dev.millrace.models.torchscript;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TorchScriptArchiveTests {
    @TempDir
    Path folder;

    @Test
    void writesTheSameBytesForTheSameModule() throws IOException {
        Path one = folder.resolve("one.pt");
        Path two = folder.resolve("two.pt");

        archive().writeTo(one);
        archive().writeTo(two);

        assertThat(one).hasSameBinaryContentAs(two);
    }

    @Test
    void storesEachTensorAsALittleEndianRecord() throws IOException {
        Path file = folder.resolve("model.pt");

        archive().writeTo(file);

        try (var zip = new ZipFile(file.toFile())) {
            assertThat(zip.stream().map(ZipEntry::getName))
                    .containsExactly(
                            "model/data.pkl",
                            "model/byteorder",
                            "model/code/__torch__.py",
                            "model/constants.pkl",
                            "model/data/0",
                            "model/data/1",
                            "model/version");
            assertThat(zip.stream()).allMatch(entry -> entry.getMethod() == ZipEntry.STORED);
            var bias = ByteBuffer.wrap(
                            zip.getInputStream(zip.getEntry("model/data/0")).readAllBytes())
                    .order(ByteOrder.LITTLE_ENDIAN);
            assertThat(bias.getFloat()).isEqualTo(1.5f);
            assertThat(bias.getFloat()).isEqualTo(-2);
        }
    }

    @Test
    void declaresEachTensorInTheCode() {
        assertThat(archive().code()).isEqualTo("""
                class Toy(Module):
                  __parameters__ = []
                  __buffers__ = ["bias", "weight", ]
                  training : bool
                  bias : Tensor
                  weight : Tensor
                  def forward(self: __torch__.Toy,
                      x: Tensor) -> Tensor:
                    return torch.linear(x, self.weight, self.bias)
                """);
    }

    @Test
    void roundsToTheNearestBfloat16AndTiesToEven() {
        // Bits of fp32 and of bf16, as IEEE 754's rounding gives them; the last three are ∞, NaN and overflow to ∞.
        int[][] cases = {
            {0x3f800000, 0x3f80},
            {0x3f808000, 0x3f80},
            {0x3f818000, 0x3f82},
            {0x3f808001, 0x3f81},
            {0xbf80ffff, 0xbf81},
            {0x7f800000, 0x7f80},
            {0x7f800001, 0x7fc0},
            {0x7f7fffff, 0x7f80}
        };
        for (int[] bits : cases) {
            // Through bytes: a float variable may quiet a signalling NaN.
            var value = ByteBuffer.allocate(4).putInt(0, bits[0]).asFloatBuffer();

            var bytes = Tensor.float32(() -> value.duplicate(), 1)
                    .toBfloat16()
                    .bytes()
                    .order(ByteOrder.LITTLE_ENDIAN);

            assertThat(bytes.getShort(0) & 0xffff).isEqualTo(bits[1]);
        }
    }

    @Test
    void refusesNamesThatAreNotIdentifiersAndTensorsOfAnotherSize() {
        var wrong = new TreeMap<>(Map.of("layer.weight", Tensor.vector(new float[1])));
        var tooFew = Tensor.float32(() -> FloatBuffer.allocate(3), 2, 2);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TorchScriptArchive("Toy", "", wrong))
                .withMessage("tensors: 'layer.weight' (expected: a Python identifier)");
        assertThatIllegalStateException()
                .isThrownBy(tooFew::bytes)
                .withMessage("tensor: 12 bytes (expected: 16, shape [2, 2])");
        assertThatIllegalArgumentException().isThrownBy(() -> Tensor.matrix(new float[][] {{1}, {1, 2}}));
    }

    private static TorchScriptArchive archive() {
        return new TorchScriptArchive(
                "Toy",
                """
                def forward(self: __torch__.Toy,
                    x: Tensor) -> Tensor:
                  return torch.linear(x, self.weight, self.bias)
                """,
                new TreeMap<>(Map.of(
                        "weight", Tensor.matrix(new float[][] {{1, 2, 3}, {4, 5, 6}}),
                        "bias", Tensor.vector(new float[] {1.5f, -2}))));
    }
}
