package dev.millrace.cache;

import java.util.Optional;

/** How a kind of value is kept. What {@link #decode} makes of {@link #encode}'s bytes is what every caller gets, hit or miss. */
public interface ValueCodec<V> {
    /** The bytes to keep; empty if this value must not be kept. */
    Optional<byte[]> encode(V value);

    /** @throws IllegalArgumentException if the bytes are none that {@link #encode} writes */
    V decode(byte[] bytes);
}
