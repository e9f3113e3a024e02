package dev.millrace.standalone.profile;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.drift.profile.SeriesProfile;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SeriesCollectorTests {
    private final SplittableRandom random = new SplittableRandom(1);
    private final SeriesCollector collector = new SeriesCollector();

    @Test
    void samplesEmbeddings() {
        add(10, 9);
        add(2000, 8);
        add(10, 1025);
        collector.add(UUID.randomUUID(), new float[] {1, 2, 3, 4, 5, 6, 7, Float.NaN});

        var rows = collector.rows(2021);

        var embedding = requireNonNull(rows.profile().embedding());
        assertThat(embedding.dimension()).isEqualTo(8);
        assertThat(embedding.size()).isEqualTo(512);
        assertThat(rows.count()).isEqualTo(2021);
        assertThat(rows.leftOut()).isEqualTo(21);
    }

    @Test
    void watchesNoEmbeddingsThatAreTooFew() {
        collector.add(Map.of("links", 1.0));
        add(99, 8);

        var rows = collector.rows(99);

        assertThat(rows.profile().embedding()).isNull();
        assertThat(rows.profile().series()).hasSize(1);
        assertThat(rows.leftOut()).isEqualTo(99);
    }

    @Test
    void leavesOutASeriesThatHasTheNameOfTheEmbeddings() {
        collector.add(Map.of("embedding", 1.0, "links", 2.0));

        assertThat(collector.rows(1).profile().series())
                .extracting(SeriesProfile::name)
                .containsExactly("links");
    }

    private void add(int count, int size) {
        for (int i = 0; i < count; i++) {
            var vector = new float[size];
            for (int j = 0; j < size; j++) {
                vector[j] = random.nextFloat();
            }
            collector.add(new UUID(random.nextLong(), i), vector);
        }
    }
}
