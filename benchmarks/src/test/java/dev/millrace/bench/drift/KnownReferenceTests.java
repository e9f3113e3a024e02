package dev.millrace.bench.drift;

import static dev.millrace.bench.drift.VectorDetector.ELEMENTS;
import static dev.millrace.bench.drift.VectorDetector.ENTRY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.drift.profile.EmbeddingProfile;
import dev.millrace.drift.profile.Profile;
import dev.millrace.drift.profile.SampleOrder;
import dev.millrace.drift.stats.FalseDiscovery;
import dev.millrace.drift.stats.KolmogorovSmirnov;
import dev.millrace.drift.stats.OrderedCounts;
import dev.millrace.drift.window.Judge;
import dev.millrace.drift.window.RowFacts;
import dev.millrace.drift.window.WindowCounts;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class KnownReferenceTests {
    private static final int SIZE = 8;

    private final SplittableRandom random = new SplittableRandom(5);

    private Map<UUID, float[]> rows(int count, double shift) {
        var rows = new HashMap<UUID, float[]>();
        for (var row : VectorTableTests.rows(random, count, SIZE, shift)) {
            rows.put(new UUID(random.nextLong(), random.nextLong()), row);
        }
        return rows;
    }

    private static double pValue(KnownReference reference, float[][] rows, VectorDetector detector) {
        return reference.pValues(rows, 1).getOrDefault(detector, Double.NaN);
    }

    /** As monitoring samples them. */
    private static float[][] inOrder(Map<UUID, float[]> rows) {
        return rows.entrySet().stream()
                .sorted(Comparator.comparingLong(entry -> SampleOrder.hash(entry.getKey())))
                .map(Map.Entry::getValue)
                .toArray(float[][]::new);
    }

    @Test
    void saysOfTheEntryWhatMonitoringSays() {
        var known = EmbeddingProfile.of(rows(600, 0));
        var profile = new Profile(List.of(), known);
        var rows = rows(1000, 0.7);
        var counts = new WindowCounts(profile);
        for (var row : rows.entrySet()) {
            // A lane each, so that no lane is cut to its share.
            var lane = new WindowCounts(profile);
            lane.add(row.getKey(), Map.of(), RowFacts.none(RowFacts.Kind.INPUT), row.getValue());
            counts.merge(lane);
        }
        var start = Instant.EPOCH;
        var judged = new Judge(200, 0.01).report("model/1", start, start, counts);

        double pValue = pValue(new KnownReference(known.rows()), inOrder(rows), ENTRY);

        double ofMonitoring = Objects.requireNonNull(judged.series().getFirst().pValue());
        assertThat(ofMonitoring).isBetween(1e-300, 1e-3);
        assertThat(Math.log(pValue)).isCloseTo(Math.log(ofMonitoring), within(1e-9));
    }

    /** What all elements together would say, each tested. */
    private static double ofAllElements(float[][] reference, float[][] window) {
        var pValues = new double[SIZE];
        for (int i = 0; i < SIZE; i++) {
            pValues[i] = KolmogorovSmirnov.test(OrderedCounts.ofSamples(column(reference, i), column(window, i)))
                    .pValue();
        }
        return Arrays.stream(FalseDiscovery.adjusted(pValues)).min().orElseThrow();
    }

    private static double[] column(float[][] rows, int index) {
        return Arrays.stream(rows)
                .mapToDouble(row -> Float.float16ToFloat(Float.floatToFloat16(row[index])))
                .toArray();
    }

    @Test
    void decidesByTheFurthestElementsAsByAll() {
        var known = inOrder(rows(300, 0));
        var reference = new KnownReference(known);
        int drifted = 0;
        for (int window = 0; window < 100; window++) {
            var rows = inOrder(rows(150, window / 300.0));
            boolean isDrifted = ofAllElements(known, rows) <= 0.01;
            drifted += isDrifted ? 1 : 0;

            assertThat(pValue(reference, rows, ELEMENTS) <= 0.01).isEqualTo(isDrifted);
        }

        assertThat(drifted).isBetween(10, 90);
    }

    @Test
    void findsOneElementAmongTheOthers() {
        var reference = new KnownReference(inOrder(rows(400, 0)));
        var moved = inOrder(rows(200, 0));
        for (float[] row : moved) {
            row[3] += 1.5f;
        }

        assertThat(pValue(reference, moved, ELEMENTS)).isLessThan(1e-6);
        assertThat(pValue(reference, inOrder(rows(200, 0)), ELEMENTS)).isGreaterThan(0.01);
    }
}
