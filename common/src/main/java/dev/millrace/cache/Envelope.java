package dev.millrace.cache;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Wraps a value for a store that others can write to: one byte of format, CRC-32C of key and value, the value. What does
 * not open (foreign, cut off, of another key) is a miss.
 */
final class Envelope {
    private static final byte FORMAT = 1;
    private static final int HEADER = 1 + Integer.BYTES;

    private Envelope() {}

    static byte[] seal(CacheKey key, byte[] value) {
        return ByteBuffer.allocate(HEADER + value.length)
                .put(FORMAT)
                .putInt(checksum(key, ByteBuffer.wrap(value)))
                .put(value)
                .array();
    }

    static Optional<byte[]> open(CacheKey key, byte[] sealed) {
        if (sealed.length < HEADER || sealed[0] != FORMAT) {
            return Optional.empty();
        }
        var content = ByteBuffer.wrap(sealed, 1, sealed.length - 1);
        if (content.getInt() != checksum(key, content.slice())) {
            return Optional.empty();
        }
        var value = new byte[content.remaining()];
        content.get(value);
        return Optional.of(value);
    }

    private static int checksum(CacheKey key, ByteBuffer value) {
        var crc = new CRC32C();
        crc.update(key.bytes());
        crc.update(value);
        return (int) crc.getValue();
    }
}
