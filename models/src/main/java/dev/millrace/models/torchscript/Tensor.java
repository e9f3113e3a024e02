package dev.millrace.models.torchscript;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.LongStream;

/** A dense tensor in row-major order. Its bytes may be computed only when it is written. Immutable. */
public final class Tensor {
    /** How an element is stored, little-endian. */
    public enum ElementType {
        FLOAT32(4, "FloatStorage"),
        BFLOAT16(2, "BFloat16Storage"),
        INT64(8, "LongStorage");

        private final int bytes;
        private final String storage;

        ElementType(int bytes, String storage) {
            this.bytes = bytes;
            this.storage = storage;
        }

        /** PyTorch's name for a storage of such elements. */
        String storage() {
            return storage;
        }
    }

    private final ElementType type;
    private final List<Long> shape;
    private final Supplier<ByteBuffer> data;

    private Tensor(ElementType type, List<Long> shape, Supplier<ByteBuffer> data) {
        this.type = type;
        this.shape = shape;
        this.data = data;
    }

    /** Values in row-major order, computed when the tensor is written. */
    public static Tensor float32(Supplier<FloatBuffer> values, long... shape) {
        return new Tensor(ElementType.FLOAT32, shape(shape), () -> {
            var floats = values.get();
            var bytes = ByteBuffer.allocate(floats.remaining() * ElementType.FLOAT32.bytes)
                    .order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(floats);
            return bytes;
        });
    }

    /** A vector of shape (N). */
    public static Tensor vector(float[] values) {
        float[] copy = values.clone();
        return float32(() -> FloatBuffer.wrap(copy), copy.length);
    }

    /**
     * A matrix of shape (rows, columns).
     *
     * @throws IllegalArgumentException if there is no row, or rows differ in length
     */
    public static Tensor matrix(float[][] rows) {
        if (rows.length == 0 || Arrays.stream(rows).anyMatch(row -> row.length != rows[0].length)) {
            throw new IllegalArgumentException(
                    "rows: %d (expected: at least one, all of one length)".formatted(rows.length));
        }
        var values = FloatBuffer.allocate(rows.length * rows[0].length);
        for (float[] row : rows) {
            values.put(row);
        }
        values.flip();
        return float32(values::duplicate, rows.length, rows[0].length);
    }

    /** The numbers 0 to {@code count - 1} of shape (count). */
    public static Tensor range(int count) {
        return new Tensor(ElementType.INT64, List.of((long) count), () -> {
            var bytes = ByteBuffer.allocate(count * ElementType.INT64.bytes).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asLongBuffer().put(LongStream.range(0, count).toArray());
            return bytes;
        });
    }

    /** The same values in bfloat16, rounded to nearest, ties to even. A tensor of whole numbers stays as it is. */
    public Tensor toBfloat16() {
        if (type != ElementType.FLOAT32) {
            return this;
        }
        return new Tensor(ElementType.BFLOAT16, shape, () -> {
            var floats = data.get().order(ByteOrder.LITTLE_ENDIAN);
            var bytes = ByteBuffer.allocate(floats.remaining() / 2).order(ByteOrder.LITTLE_ENDIAN);
            while (floats.hasRemaining()) {
                bytes.putShort(bfloat16(floats.getInt()));
            }
            return bytes.flip();
        });
    }

    public ElementType type() {
        return type;
    }

    public List<Long> shape() {
        return shape;
    }

    long elements() {
        return shape.stream().reduce(1L, Math::multiplyExact);
    }

    /** The elements, little-endian. @throws IllegalStateException if they are not as many as the shape says */
    ByteBuffer bytes() {
        var bytes = data.get();
        if (bytes.remaining() != elements() * type.bytes) {
            throw new IllegalStateException("tensor: %d bytes (expected: %d, shape %s)"
                    .formatted(bytes.remaining(), elements() * type.bytes, shape));
        }
        return bytes;
    }

    private static short bfloat16(int bits) {
        if ((bits & 0x7fff_ffff) > 0x7f80_0000) {
            return (short) 0x7fc0; // NaN, which rounding could turn into an infinity
        }
        return (short) ((bits + 0x7fff + (bits >>> 16 & 1)) >>> 16);
    }

    private static List<Long> shape(long[] shape) {
        for (long size : shape) {
            if (size < 1) {
                throw new IllegalArgumentException(
                        "shape: %s (expected: sizes of 1 or more)".formatted(Arrays.toString(shape)));
            }
        }
        return Arrays.stream(shape).boxed().toList();
    }
}
