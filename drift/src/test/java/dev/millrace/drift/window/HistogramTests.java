package dev.millrace.drift.window;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.drift.profile.Profile;
import dev.millrace.drift.profile.SeriesProfile;
import dev.millrace.drift.window.Histogram.Bin;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class HistogramTests {
    @Test
    void holdsAsManyRowsAsWereCounted() {
        var random = new SplittableRandom(1);
        double[] window = random.doubles(500).map(x -> 2 * x * x).toArray();

        var bins = histogram(random.doubles(3000).map(x -> x * x).toArray(), window);

        assertThat(bins.stream().mapToLong(Bin::reference).sum()).isEqualTo(3000);
        assertThat(bins.stream().mapToLong(Bin::window).sum()).isEqualTo(500);
        assertThat(bins).hasSizeBetween(12, 14);
        for (var bin : bins) {
            assertThat(bin.window())
                    .as(bin.toString())
                    .isEqualTo(DoubleStream.of(window)
                            .filter(x -> (bin.from() == null || x > bin.from()) && (bin.to() == null || x <= bin.to()))
                            .count());
        }
    }

    @Test
    void givesAboutTheSameShareOfTheReferenceToEachBin() {
        var bins = histogram(new SplittableRandom(2).doubles(12_000).toArray(), 0.5);

        assertThat(bins).hasSize(12).allSatisfy(bin -> assertThat(bin.reference())
                .isBetween(900L, 1010L));
    }

    @Test
    void givesAFrequentValueABinOfItsOwn() {
        var bins = histogram(
                DoubleStream.iterate(0, i -> i + 1).limit(90).map(i -> i % 3).toArray(), 1, 1, 2);

        assertThat(bins).containsExactly(new Bin(0.0, 0.0, 30, 0), new Bin(1.0, 1.0, 30, 2), new Bin(2.0, 2.0, 30, 1));
    }

    @Test
    void keepsWhatIsAboveAllOfTheReferenceApart() {
        var bins = histogram(new SplittableRandom(3).doubles(3000).toArray(), 0.5, 7, 8);

        assertThat(bins.getLast().to()).isNull();
        assertThat(bins.getLast().reference()).isZero();
        assertThat(bins.getLast().window()).isEqualTo(2);
    }

    private static List<Bin> histogram(double[] reference, double... window) {
        var counts = new WindowCounts(new Profile(List.of(SeriesProfile.of("x", reference))));
        for (double value : window) {
            counts.add(UUID.randomUUID(), Map.of("x", value));
        }
        return counts.histograms().getFirst().bins();
    }
}
