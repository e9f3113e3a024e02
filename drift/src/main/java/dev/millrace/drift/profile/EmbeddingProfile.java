package dev.millrace.drift.profile;

import dev.millrace.drift.embedding.HalfPrecision;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.Map;
import java.util.UUID;

/**
 * A sample of the embeddings of the reference, in half precision as windows keep theirs: both are rounded alike, so rounding makes
 * no difference between them. Immutable, so safe to share between threads.
 */
public final class EmbeddingProfile {
    /** Name of what is said of embeddings, beside the names of the series. */
    public static final String NAME = "embedding";

    /** Rows of a sample at the most, and if there are as many. */
    public static final int ROWS = 512;

    public static final int LEAST_ROWS = 100;
    private static final int LEAST_ELEMENTS = 2;
    /**
     * A judge keeps the lower halves of two matrices of this side for a profile, and takes a whole one while it makes them: 16 MiB of
     * doubles at 1,024, of a heap of 160 MiB. A lane's sample of longer embeddings would be too small to be judged, too.
     */
    public static final int MOST_ELEMENTS = 1024;

    private final int dimension;
    private final short[][] rows;

    private EmbeddingProfile(int dimension, short[][] rows) {
        requireDimension(dimension);
        if (rows.length < LEAST_ROWS || rows.length > ROWS) {
            throw new IllegalArgumentException(
                    "embedding.rows: %d (expected: %d to %d)".formatted(rows.length, LEAST_ROWS, ROWS));
        }
        this.dimension = dimension;
        this.rows = rows;
    }

    private static void requireDimension(int dimension) {
        if (dimension < LEAST_ELEMENTS || dimension > MOST_ELEMENTS) {
            throw new IllegalArgumentException(
                    "embedding.dimension: %d (expected: %d to %d)".formatted(dimension, LEAST_ELEMENTS, MOST_ELEMENTS));
        }
    }

    /** Whether a sample may hold an embedding: it is of 2 to 1,024 elements, all of them finite in half precision. */
    public static boolean canHold(float[] embedding) {
        return embedding.length >= LEAST_ELEMENTS
                && embedding.length <= MOST_ELEMENTS
                && HalfPrecision.of(embedding) != null;
    }

    /**
     * Of the first {@value #ROWS} embeddings by {@link SampleOrder}. Those that are not finite are left out.
     *
     * @param embeddings of one size, by the ids of their uploads
     * @throws IllegalArgumentException if they are fewer than 100, or of several sizes
     */
    public static EmbeddingProfile of(Map<UUID, float[]> embeddings) {
        var ids = new ArrayList<>(embeddings.keySet());
        ids.sort(Comparator.comparingLong(SampleOrder::hash).thenComparing(Comparator.naturalOrder()));
        var rows = new ArrayList<short[]>();
        for (var id : ids) {
            short[] row = HalfPrecision.of(embeddings.getOrDefault(id, new float[0]));
            if (row != null && rows.size() < ROWS) {
                rows.add(row);
            }
        }
        int dimension = rows.isEmpty() ? 0 : rows.getFirst().length;
        for (short[] row : rows) {
            if (row.length != dimension) {
                throw new IllegalArgumentException(
                        "embedding.dimension: %d (expected: %d, as of the first)".formatted(row.length, dimension));
            }
        }
        return new EmbeddingProfile(dimension, rows.toArray(short[][]::new));
    }

    /**
     * Of what {@link #base64()} made.
     *
     * @throws IllegalArgumentException if it is something else
     */
    static EmbeddingProfile ofBase64(int dimension, int count, String text) {
        requireDimension(dimension);
        byte[] bytes = decode(text);
        long size = (long) count * dimension * Short.BYTES;
        if (bytes.length != size) {
            throw new IllegalArgumentException("embedding.fp16: %d bytes (expected: %d, %d rows of %d)"
                    .formatted(bytes.length, size, count, dimension));
        }
        var halves = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer();
        var rows = new short[count][dimension];
        for (short[] row : rows) {
            halves.get(row);
            for (short half : row) {
                if (!HalfPrecision.isFinite(half)) {
                    throw new IllegalArgumentException(
                            "embedding.fp16: %s (expected: finite)".formatted(Float.float16ToFloat(half)));
                }
            }
        }
        return new EmbeddingProfile(dimension, rows);
    }

    private static byte[] decode(String text) {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("embedding.fp16: " + e.getMessage(), e);
        }
    }

    /** Row by row in binary16, little-endian. */
    String base64() {
        var bytes = ByteBuffer.allocate(rows.length * dimension * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (short[] row : rows) {
            for (short half : row) {
                bytes.putShort(half);
            }
        }
        return Base64.getEncoder().encodeToString(bytes.array());
    }

    /** Elements of an embedding. */
    public int dimension() {
        return dimension;
    }

    /** The sample, of shape (M, E), in an order that says nothing. */
    public float[][] rows() {
        return Arrays.stream(rows).map(HalfPrecision::floats).toArray(float[][]::new);
    }

    /** Rows of the sample. */
    public int size() {
        return rows.length;
    }
}
