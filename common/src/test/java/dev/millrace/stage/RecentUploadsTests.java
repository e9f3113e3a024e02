package dev.millrace.stage;

import static dev.millrace.stage.TestRecords.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RecentUploadsTests {
    private final RecentUploads recent = new RecentUploads(Duration.ofHours(1));

    private static UploadAttempt nameBased(int n) {
        return new UploadAttempt(new UUID(0x8000L, Long.MIN_VALUE | n), 1);
    }

    @Test
    void knowsAnUploadUntilTheWindowIsOver() {
        recent.add(nameBased(1), NOW);

        recent.add(nameBased(2), NOW.plus(Duration.ofHours(1)));
        assertThat(recent.contains(nameBased(1))).isTrue();

        recent.add(nameBased(3), NOW.plus(Duration.ofHours(1)).plusMillis(1));
        assertThat(recent.contains(nameBased(1))).isFalse();
        assertThat(recent.contains(nameBased(2))).isTrue();
    }

    @Test
    void tellsAttemptsApart() {
        recent.add(nameBased(1), NOW);

        assertThat(recent.contains(new UploadAttempt(nameBased(1).uploadId(), 2)))
                .isFalse();
    }

    @Test
    void keepsNoUploadThatCannotComeTwice() {
        var timeBased = new UUID(0x7000L, Long.MIN_VALUE);

        recent.add(new UploadAttempt(timeBased, 1), NOW);
        recent.add(new UploadAttempt(timeBased, 2), NOW);

        assertThat(recent.size()).isEqualTo(1);
    }

    @Test
    void forgetsAlsoWhenOnlyUploadsPassThatItDoesNotKeep() {
        recent.add(nameBased(1), NOW);

        recent.add(new UploadAttempt(new UUID(0x7000L, Long.MIN_VALUE), 1), NOW.plus(Duration.ofHours(2)));

        assertThat(recent.size()).isZero();
    }
}
