package dev.millrace.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CacheKeyTests {
    private static CacheKey key(String... components) {
        var builder = CacheKey.builder();
        for (int i = 0; i < components.length; i += 2) {
            builder.with(components[i], components[i + 1]);
        }
        return builder.build();
    }

    @Test
    void isTheSameForTheSameComponents() {
        assertThat(key("model", "m", "text", "t")).isEqualTo(key("model", "m", "text", "t"));
        assertThat(key("model", "m")).hasToString(key("model", "m").toString());
    }

    @Test
    void isAnotherForEachComponentNameAndOrder() {
        var keys = new HashSet<CacheKey>();
        keys.add(key("a", "1", "b", "2"));
        keys.add(key("a", "1", "b", "3"));
        keys.add(key("a", "0", "b", "2"));
        keys.add(key("a", "1", "c", "2"));
        keys.add(key("b", "2", "a", "1"));
        keys.add(key("a", "1"));
        keys.add(key("a", "1", "b", "2", "", ""));
        assertThat(keys).hasSize(7);
    }

    @Test
    void isAnotherWhereverTheCutBetweenComponentsFalls() {
        var random = new Random(1);
        var keys = new HashSet<CacheKey>();
        int lists = 0;
        for (int i = 0; i < 500; i++) {
            // All ways to cut the same text into a name, a value and another value.
            String text = "ab".repeat(2 + random.nextInt(3)) + i;
            for (int first = 0; first <= text.length(); first++) {
                for (int second = first; second <= text.length(); second++) {
                    keys.add(CacheKey.builder()
                            .with(text.substring(0, first), text.substring(first, second))
                            .with("", text.substring(second))
                            .build());
                    lists++;
                }
            }
        }
        assertThat(keys).hasSize(lists);
    }

    @Test
    void doesNotCollideInTenMillionInputs() {
        var first = new long[10_000_000];
        var builder = CacheKey.builder().with("model", "m");
        for (int i = 0; i < first.length; i++) {
            first[i] = builder.fork().with("text", (long) i).build().first();
        }
        Arrays.parallelSort(first);
        long equal = 0;
        for (int i = 1; i < first.length; i++) {
            equal += first[i] == first[i - 1] ? 1 : 0;
        }
        // Of 64 bits of 256: by chance one pair in 370,000 such runs.
        assertThat(equal).isZero();
    }

    @Test
    void goesOnFromAForkAsIfItHadBegunThere() {
        var common = CacheKey.builder().with("model", "m");
        assertThat(common.fork().with("text", "t").build()).isEqualTo(key("model", "m", "text", "t"));
        assertThat(common.fork().with("text", "u").build()).isEqualTo(key("model", "m", "text", "u"));
    }

    @Test
    void readsABufferWithoutMovingIt() {
        var buffer = ByteBuffer.wrap(new byte[] {1, 2, 3, 4}, 1, 2);
        var key = CacheKey.builder().with("bytes", buffer).build();
        assertThat(key)
                .isEqualTo(CacheKey.builder().with("bytes", new byte[] {2, 3}).build());
        assertThat(buffer.remaining()).isEqualTo(2);
    }

    @Test
    void readsItsOwnBytesAndNoOthers() {
        var key = key("a", "1");
        assertThat(CacheKey.of(key.bytes())).isEqualTo(key);
        assertThatThrownBy(() -> CacheKey.of(new byte[31])).hasMessage("key: 31 bytes (expected: 32)");
    }

    @Test
    void showsNothingOfItsComponents() {
        assertThat(key("text", "secret").toString())
                .matches("[A-Za-z0-9_-]{43}")
                .doesNotContain("secret");
    }
}
