package dev.millrace.contract;

import com.google.protobuf.ByteString;
import dev.millrace.contract.v1.ElementType;
import dev.millrace.contract.v1.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Converts between arrays and the {@link Tensor} message, whose elements are little-endian in row-major order. */
public final class Tensors {
    /** Their bytes fill an array. */
    private static final int MOST_FLOATS = Integer.MAX_VALUE / Float.BYTES;

    private Tensors() {}

    /** A tensor of shape (n) and type FLOAT32. */
    public static Tensor of(String name, float[] values) {
        var bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return Tensor.newBuilder()
                .setName(name)
                .setElementType(ElementType.FLOAT32)
                .addShape(values.length)
                .setData(ByteString.copyFrom(bytes))
                .build();
    }

    /**
     * The elements of a FLOAT32 tensor, whatever its shape.
     *
     * @throws IllegalArgumentException if it is of another type, or its data does not fit its shape
     */
    public static float[] floats(Tensor tensor) {
        long elements = 1;
        for (long extent : tensor.getShapeList()) {
            // Both are below 2^31, so the product cannot wrap.
            elements = extent < 0 || extent > MOST_FLOATS ? -1 : elements * extent;
            if (elements < 0 || elements > MOST_FLOATS) {
                throw new IllegalArgumentException("%s.shape: %s (expected: extents of 0 or more, at most %d elements)"
                        .formatted(tensor.getName(), tensor.getShapeList(), MOST_FLOATS));
            }
        }
        if (tensor.getElementType() != ElementType.FLOAT32) {
            throw new IllegalArgumentException(
                    "%s.element_type: %s (expected: FLOAT32)".formatted(tensor.getName(), tensor.getElementType()));
        }
        if (tensor.getData().size() != elements * Float.BYTES) {
            throw new IllegalArgumentException("%s.data: %d bytes (expected: %d for shape %s)"
                    .formatted(
                            tensor.getName(), tensor.getData().size(), elements * Float.BYTES, tensor.getShapeList()));
        }
        var values = new float[(int) elements];
        tensor.getData()
                .asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(values);
        return values;
    }
}
