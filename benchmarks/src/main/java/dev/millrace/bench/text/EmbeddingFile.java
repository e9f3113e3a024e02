package dev.millrace.bench.text;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * Embeddings in a file: a digest of what they were made of (32 bytes), then row by row. While they are made they are in a file
 * beside it, so that a run that was cut off goes on where it was.
 */
public final class EmbeddingFile {
    private static final int DIGEST = 32;

    private final Path file;
    private final Path part;
    private final byte[] digest;
    private final int rowBytes;

    /**
     * @param digest of all that the embeddings depend on, 32 bytes
     * @param size elements of an embedding
     */
    public EmbeddingFile(Path file, byte[] digest, int size) {
        this.file = file;
        this.part = file.resolveSibling(file.getFileName() + ".part");
        this.digest = digest.clone();
        this.rowBytes = size * Float.BYTES;
    }

    /** Whether all of them are there. */
    public boolean isWhole() throws IOException {
        return isOurs(file);
    }

    /** Rows that are there already; what else lies in the place of the part is thrown away. */
    public int begun() throws IOException {
        if (!isOurs(part)) {
            Files.write(part, digest);
        }
        int rows = (int) ((Files.size(part) - DIGEST) / rowBytes);
        try (var channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
            channel.truncate(DIGEST + (long) rows * rowBytes);
        }
        return rows;
    }

    /** Adds rows to those that are there. */
    public void append(float[][] rows) throws IOException {
        try (var out = new DataOutputStream(
                new BufferedOutputStream(Files.newOutputStream(part, StandardOpenOption.APPEND)))) {
            for (float[] row : rows) {
                for (float value : row) {
                    out.writeFloat(value);
                }
            }
        }
    }

    /** Says that none is missing any more. */
    public void finish() throws IOException {
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private boolean isOurs(Path candidate) throws IOException {
        if (!Files.exists(candidate)) {
            return false;
        }
        try (var in = Files.newInputStream(candidate)) {
            return Arrays.equals(in.readNBytes(DIGEST), digest);
        }
    }

    /**
     * Reads a whole file.
     *
     * @param count rows that it has
     * @return of shape (count, E)
     * @throws IOException if it cannot be read or has another number of bytes than so many rows of equal size have
     */
    public static float[][] read(Path file, int count) throws IOException {
        try (var channel = FileChannel.open(file)) {
            long bytes = channel.size() - DIGEST;
            if (count == 0 || bytes <= 0 || bytes % ((long) count * Float.BYTES) != 0) {
                throw new IOException("%s: %d bytes (expected: of %d embeddings)".formatted(file, bytes, count));
            }
            var rows = new float[count][(int) (bytes / count / Float.BYTES)];
            var buffer = ByteBuffer.allocate(rows[0].length * Float.BYTES);
            channel.position(DIGEST);
            for (float[] row : rows) {
                while (buffer.hasRemaining()) {
                    if (channel.read(buffer) < 0) {
                        throw new IOException(file + ": ends early");
                    }
                }
                buffer.flip().asFloatBuffer().get(row);
                buffer.clear();
            }
            return rows;
        }
    }
}
