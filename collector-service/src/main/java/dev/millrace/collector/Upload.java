package dev.millrace.collector;

import static dev.millrace.collector.problem.RequestProblem.quote;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.collector.problem.RequestProblem;
import dev.millrace.contract.ErrorCode;
import dev.millrace.pipeline.Pipeline;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.commons.codec.digest.DigestUtils;
import org.jspecify.annotations.Nullable;

/**
 * An upload as it was asked for, every part checked: what goes on to Kafka headers, Redis keys and logs is safe there.
 *
 * @param tenant on whose behalf: letters, digits, {@code . _ -}, at most 64
 * @param idempotencyKey 1 to 255 visible ASCII characters, or null
 * @param contentType media type without parameters
 * @param charset of text content
 * @param key what must stay in order, 1 to 255 visible ASCII characters, or null for the upload's own id
 * @param lifetime how long the upload is of use, from its acceptance
 * @param attributes at most 32, names of letters, digits and {@code . _ -} (64), values without control characters (1024)
 */
record Upload(
        String tenant,
        @Nullable String idempotencyKey,
        Pipeline pipeline,
        String contentType,
        Charset charset,
        Content content,
        @Nullable String key,
        Duration lifetime,
        Map<String, String> attributes) {
    static final String DEFAULT_TENANT = "default";
    private static final int MOST_ATTRIBUTES = 32;
    private static final int LONGEST_ATTRIBUTE = 1024;
    private static final Pattern VISIBLE_ASCII = Pattern.compile("[!-~]{1,255}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    /** The content's bytes; not copied, so whoever makes it leaves them alone. */
    static final class Content {
        private final byte[] bytes;

        Content(byte[] bytes) {
            this.bytes = bytes;
        }

        byte[] bytes() {
            return bytes;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Content content && MessageDigest.isEqual(bytes, content.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }

        @Override
        public String toString() {
            return bytes.length + " bytes";
        }
    }

    /** @throws RequestProblem {@code MALFORMED_REQUEST}, naming the first part that is not as it must be */
    Upload {
        requireForm("Millrace-Tenant", tenant, NAME, "letters, digits, '.', '_', '-', at most 64");
        if (idempotencyKey != null) {
            requireForm("Idempotency-Key", idempotencyKey, VISIBLE_ASCII, "1 to 255 visible ASCII characters");
        }
        if (key != null) {
            requireForm("key", key, VISIBLE_ASCII, "1 to 255 visible ASCII characters");
        }
        requireAttributes(attributes);
        attributes = Map.copyOf(attributes);
    }

    /** SHA-256 of the content and of all else that decides the result, lower-case hex: what tells a repeat from a reuse. */
    String digest() {
        var digest = DigestUtils.getSha256Digest();
        part(digest, pipeline.name().getBytes(US_ASCII));
        part(digest, contentType.getBytes(UTF_8));
        part(digest, charset.name().getBytes(US_ASCII));
        part(digest, (key == null ? "" : key).getBytes(US_ASCII));
        part(digest, lifetime.toString().getBytes(US_ASCII));
        new TreeMap<>(attributes).forEach((name, value) -> {
            part(digest, name.getBytes(UTF_8));
            part(digest, value.getBytes(UTF_8));
        });
        part(digest, content.bytes());
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Adds a part with its length before it, so that no two lists of parts have the same bytes. */
    static void part(MessageDigest digest, byte[] bytes) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
        digest.update(bytes);
    }

    private static void requireAttributes(Map<String, String> attributes) {
        if (attributes.size() > MOST_ATTRIBUTES) {
            throw new RequestProblem(
                    ErrorCode.MALFORMED_REQUEST,
                    "attributes: %d (expected: at most %d)".formatted(attributes.size(), MOST_ATTRIBUTES));
        }
        attributes.forEach((name, value) -> {
            requireForm("attributes", name, NAME, "names of letters, digits, '.', '_', '-', at most 64");
            if (value.length() > LONGEST_ATTRIBUTE || !value.codePoints().allMatch(Upload::isText)) {
                throw new RequestProblem(
                        ErrorCode.MALFORMED_REQUEST,
                        "attributes.%s: %s (expected: at most %d characters, none of control)"
                                .formatted(name, quote(value), LONGEST_ATTRIBUTE));
            }
        });
    }

    private static boolean isText(int point) {
        int type = Character.getType(point);
        return type != Character.CONTROL && type != Character.SURROGATE && type != Character.UNASSIGNED;
    }

    private static void requireForm(String field, String value, Pattern pattern, String expected) {
        if (!pattern.matcher(value).matches()) {
            throw new RequestProblem(
                    ErrorCode.MALFORMED_REQUEST, "%s: %s (expected: %s)".formatted(field, quote(value), expected));
        }
    }
}
