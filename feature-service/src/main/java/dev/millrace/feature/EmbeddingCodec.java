package dev.millrace.feature;

import dev.millrace.cache.ValueCodec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * Keeps embeddings of shape (E) as 16-bit floats, little-endian: half the bytes of fp32, and for elements of at most 1 off
 * by 2.5e-4 at the most (of a unit vector's, which are small, by 6e-5).
 */
final class EmbeddingCodec implements ValueCodec<float[]> {
    private final int size;

    /** @param size E */
    EmbeddingCodec(int size) {
        this.size = size;
    }

    /** Empty if an element is not finite, as of a model that failed; nobody else shall get that. */
    @Override
    public Optional<byte[]> encode(float[] embedding) {
        var bytes = ByteBuffer.allocate(embedding.length * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float element : embedding) {
            short half = Float.floatToFloat16(element);
            if (!Float.isFinite(Float.float16ToFloat(half))) {
                return Optional.empty();
            }
            bytes.putShort(half);
        }
        return Optional.of(bytes.array());
    }

    @Override
    public float[] decode(byte[] bytes) {
        if (bytes.length != size * Short.BYTES) {
            throw new IllegalArgumentException("bytes: %d (expected: %d)".formatted(bytes.length, size * Short.BYTES));
        }
        var halves = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        var embedding = new float[size];
        for (int i = 0; i < size; i++) {
            embedding[i] = Float.float16ToFloat(halves.getShort());
        }
        return embedding;
    }
}
