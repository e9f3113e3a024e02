package dev.millrace.collector;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.f4b6a3.uuid.UuidCreator;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class UploadIdsTests {
    /** {@code printf '\0\0\0\7default\0\0\0\5order' | sha256sum}, with version and variant set. */
    @Test
    void areMadeFromTenantAndKey() {
        assertThat(UploadIds.of("default", "order")).isEqualTo(UUID.fromString("7c6980a9-bb40-8d34-945b-e4053aafa724"));
    }

    @Test
    void haveVersionEightAndTheVariantOfTheRfc() {
        for (int i = 0; i < 100; i++) {
            var id = UploadIds.of("default", "key-" + i);

            assertThat(id.version()).isEqualTo(8);
            assertThat(id.variant()).isEqualTo(2);
        }
    }

    @Test
    void differByTenantAndByWhereItsNameEnds() {
        assertThat(UploadIds.of("a", "bc")).isNotEqualTo(UploadIds.of("ab", "c"));
        assertThat(UploadIds.of("a", "key")).isNotEqualTo(UploadIds.of("b", "key"));
    }

    @Test
    void tellTheirTimeIfTheyHaveOne() {
        var time = Instant.parse("2026-11-22T10:15:30.123Z");

        assertThat(UploadIds.timeOf(UuidCreator.getTimeOrderedEpoch(time))).contains(time);
        assertThat(UploadIds.timeOf(UploadIds.of("default", "key"))).isEmpty();
        assertThat(UploadIds.timeOf(UUID.randomUUID())).isEmpty();
    }
}
