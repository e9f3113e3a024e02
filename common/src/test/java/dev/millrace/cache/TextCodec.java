package dev.millrace.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Locale;
import java.util.Optional;

/** Keeps texts in lower case, so that tests see what went through it; keeps none that is empty. */
final class TextCodec implements ValueCodec<String> {
    @Override
    public Optional<byte[]> encode(String value) {
        return value.isEmpty()
                ? Optional.empty()
                : Optional.of(value.toLowerCase(Locale.ROOT).getBytes(UTF_8));
    }

    @Override
    public String decode(byte[] bytes) {
        if (bytes.length == 0) {
            throw new IllegalArgumentException("bytes: 0 (expected: at least 1)");
        }
        return new String(bytes, UTF_8);
    }
}
