package dev.millrace.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Base64;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * SHA-256 of all that decides a value. Two keys are equal only if every component was: each goes in with its name and its
 * length, so no two lists of components are the same bytes. Nothing of the components can be read from it.
 */
public record CacheKey(long first, long second, long third, long fourth) {
    /** Bytes of a key. */
    public static final int LENGTH = 32;

    /**
     * Reads what {@link #bytes} wrote.
     *
     * @throws IllegalArgumentException if it is not 32 bytes long
     */
    public static CacheKey of(byte[] bytes) {
        if (bytes.length != LENGTH) {
            throw new IllegalArgumentException("key: %d bytes (expected: %d)".formatted(bytes.length, LENGTH));
        }
        var hash = ByteBuffer.wrap(bytes);
        return new CacheKey(hash.getLong(), hash.getLong(), hash.getLong(), hash.getLong());
    }

    /**
     * Reads what {@link #toString} wrote.
     *
     * @throws IllegalArgumentException if it is anything else
     */
    public static CacheKey parse(String text) {
        return of(Base64.getUrlDecoder().decode(text));
    }

    /** Begins a key. */
    public static Builder builder() {
        return new Builder();
    }

    /** 43 characters of URL-safe Base64. */
    @Override
    public String toString() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes());
    }

    /** The hash, 32 bytes. */
    public byte[] bytes() {
        return ByteBuffer.allocate(LENGTH)
                .putLong(first)
                .putLong(second)
                .putLong(third)
                .putLong(fourth)
                .array();
    }

    /** Collects a key's components, in an order that is part of the key. Not safe to share between threads. */
    public static final class Builder {
        private final MessageDigest digest;

        private Builder() {
            this(DigestUtils.getSha256Digest());
        }

        private Builder(MessageDigest digest) {
            this.digest = digest;
        }

        public Builder with(String name, byte[] value) {
            return with(name, ByteBuffer.wrap(value));
        }

        /** @param value read from its position to its limit, and left as it was */
        public Builder with(String name, ByteBuffer value) {
            byte[] label = name.getBytes(UTF_8);
            length(label.length);
            digest.update(label);
            length(value.remaining());
            digest.update(value.duplicate());
            return this;
        }

        /** @param value as UTF-8 */
        public Builder with(String name, String value) {
            return with(name, value.getBytes(UTF_8));
        }

        public Builder with(String name, long value) {
            return with(name, ByteBuffer.allocate(Long.BYTES).putLong(0, value));
        }

        /** Another builder that goes on from here: components that many keys share are hashed once. */
        public Builder fork() {
            try {
                return new Builder((MessageDigest) digest.clone());
            } catch (CloneNotSupportedException e) {
                throw new IllegalStateException("every Java platform's SHA-256 can be cloned", e);
            }
        }

        /** The key; this builder is used up. */
        public CacheKey build() {
            return of(digest.digest());
        }

        private void length(int length) {
            digest.update((byte) (length >>> 24));
            digest.update((byte) (length >>> 16));
            digest.update((byte) (length >>> 8));
            digest.update((byte) length);
        }
    }
}
