package dev.millrace.collector;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.github.f4b6a3.uuid.UuidCreator;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * Makes upload ids (<a href="https://www.rfc-editor.org/rfc/rfc9562">RFC 9562</a>): version 8, from tenant and idempotency
 * key, so that a repeat has the id of the first without any store; else version 7, which tells its own time. Stateless.
 */
final class UploadIds {
    private UploadIds() {}

    static UUID of(Upload upload) {
        return upload.idempotencyKey() == null
                ? UuidCreator.getTimeOrderedEpoch()
                : of(upload.tenant(), upload.idempotencyKey());
    }

    /** The first 122 free bits of SHA-256 over both, each after its length. */
    static UUID of(String tenant, String idempotencyKey) {
        var digest = DigestUtils.getSha256Digest();
        Upload.part(digest, tenant.getBytes(US_ASCII));
        Upload.part(digest, idempotencyKey.getBytes(US_ASCII));
        var bytes = ByteBuffer.wrap(digest.digest());
        long most = (bytes.getLong() & ~0xF000L) | 0x8000L;
        long least = (bytes.getLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
        return new UUID(most, least);
    }

    /** When a version 7 id was made, milliseconds exact; empty for any other. */
    static Optional<Instant> timeOf(UUID id) {
        return id.version() == 7 && id.variant() == 2
                ? Optional.of(Instant.ofEpochMilli(id.getMostSignificantBits() >>> 16))
                : Optional.empty();
    }
}
