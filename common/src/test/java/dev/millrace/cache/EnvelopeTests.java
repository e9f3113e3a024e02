package dev.millrace.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class EnvelopeTests {
    private static final CacheKey KEY = CacheKey.builder().with("a", "1").build();
    private static final CacheKey OTHER = CacheKey.builder().with("a", "2").build();
    private static final byte[] VALUE = {1, 2, 3};

    @Test
    void opensToWhatWasSealed() {
        assertThat(Envelope.open(KEY, Envelope.seal(KEY, VALUE))).contains(VALUE);
        assertThat(Envelope.open(KEY, Envelope.seal(KEY, new byte[0]))).contains(new byte[0]);
    }

    @Test
    void doesNotOpenUnderAnotherKey() {
        assertThat(Envelope.open(OTHER, Envelope.seal(KEY, VALUE))).isEmpty();
    }

    @Test
    void doesNotOpenWithAnyBitChangedOrByteMissing() {
        byte[] sealed = Envelope.seal(KEY, VALUE);
        for (int bit = 0; bit < sealed.length * 8; bit++) {
            byte[] changed = sealed.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(Envelope.open(KEY, changed)).as("bit %d", bit).isEmpty();
        }
        for (int length = 0; length < sealed.length; length++) {
            assertThat(Envelope.open(KEY, Arrays.copyOf(sealed, length)))
                    .as("length %d", length)
                    .isEmpty();
        }
    }
}
