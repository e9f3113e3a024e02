package dev.millrace.standalone.precompute;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Reads a file line by line, as bytes. A line that is too long is passed over, so that none fills the memory. */
final class LineReader implements Closeable {
    private final BufferedInputStream in;
    private final int longest;
    private long offset;
    private long number;

    /**
     * @param longest bytes that a line may have
     * @param from where to begin: the end of a line, or the beginning
     */
    LineReader(Path file, int longest, Position from) throws IOException {
        this.longest = longest;
        this.in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
        in.skipNBytes(from.offset());
        offset = from.offset();
        number = from.line();
    }

    /**
     * The end of a line.
     *
     * @param offset bytes before it, its line break included
     * @param line its number, from 1; 0 is the beginning of the file
     */
    record Position(long offset, long line) {
        static final Position BEGIN = new Position(0, 0);

        Position {
            if (offset < 0 || line < 0) {
                throw new IllegalArgumentException("position: %d, %d (expected: 0 or more)".formatted(offset, line));
            }
        }
    }

    /** A line without its break. @param bytes null if it is too long */
    record Line(byte @Nullable [] bytes, Position end) {}

    /** The next line, or null at the end of the file. */
    @Nullable
    Line next() throws IOException {
        var bytes = new ByteArrayOutputStream();
        long length = 0;
        int next = in.read();
        if (next < 0) {
            return null;
        }
        for (; next >= 0 && next != '\n'; next = in.read()) {
            if (++length <= longest) {
                bytes.write(next);
            }
        }
        offset += length + (next < 0 ? 0 : 1);
        number++;
        return new Line(length > longest ? null : bytes.toByteArray(), new Position(offset, number));
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
