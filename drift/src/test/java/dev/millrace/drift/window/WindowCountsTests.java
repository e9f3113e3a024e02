package dev.millrace.drift.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.drift.profile.Profile;
import dev.millrace.drift.profile.SeriesProfile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WindowCountsTests {
    private static final SplittableRandom RANDOM = new SplittableRandom(1);
    private static final Profile PROFILE = new Profile(List.of(
            SeriesProfile.of(
                    "length", RANDOM.doubles(3000).map(x -> x * x * 1000).toArray()),
            SeriesProfile.of("links", RANDOM.ints(3000, 0, 4).asDoubleStream().toArray())));

    private record Row(UUID id, Map<String, Double> values, RowFacts facts) {}

    private final List<Row> rows = rows(2000);

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 16})
    void mergesToTheSameBytesFromAnyNumberOfReplicasInAnyOrder(int replicas) throws IOException {
        byte[] whole = count(rows).toBytes();
        var shuffled = new ArrayList<>(rows);
        Collections.shuffle(shuffled, new Random(replicas));
        var parts = new ArrayList<WindowCounts>();
        for (int i = 0; i < replicas; i++) {
            parts.add(new WindowCounts(PROFILE));
        }
        for (int i = 0; i < shuffled.size(); i++) {
            parts.get(i % replicas)
                    .add(
                            shuffled.get(i).id(),
                            shuffled.get(i).values(),
                            shuffled.get(i).facts());
        }
        Collections.shuffle(parts, new Random(replicas));

        var merged = new WindowCounts(PROFILE);
        for (var part : parts) {
            merged.merge(WindowCounts.ofBytes(part.toBytes(), PROFILE));
        }

        assertThat(merged.toBytes()).isEqualTo(whole);
    }

    @Test
    void keepsWhatItCountedInItsBytes() throws IOException {
        var window = count(rows);
        window.add(UUID.randomUUID(), Map.of("length", Double.NaN, "links", Double.POSITIVE_INFINITY));

        var read = WindowCounts.ofBytes(window.toBytes(), PROFILE);

        assertThat(read.rows()).isEqualTo(2001);
        assertThat(read.counts(0)).isEqualTo(window.counts(0));
        assertThat(read.invalid(0)).isEqualTo(1);
        assertThat(read.invalid(1)).isEqualTo(1);
        assertThat(read.examples()).hasSize(256);
    }

    @Test
    void leavesOutSeriesThatTheProfileDoesNotKnow() {
        var window = new WindowCounts(PROFILE);

        window.add(UUID.randomUUID(), Map.of("other", 1.0));

        assertThat(window.rows()).isZero();
    }

    @Test
    void staysSmall() {
        assertThat(count(rows(100_000)).toBytes()).hasSizeLessThan(20_000);
    }

    @Test
    void refusesWhatWasCountedWithAnotherProfile() {
        var other = new Profile(List.of(SeriesProfile.of("length", new double[] {1, 2})));

        assertThatThrownBy(() -> new WindowCounts(other).merge(count(rows)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("profile: ");
        assertThatThrownBy(() -> WindowCounts.ofBytes(count(rows).toBytes(), other))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("window: version 2, profile ");
    }

    @Test
    void refusesBytesThatAreSomethingElse() {
        byte[] cut = count(rows).toBytes();

        assertThatThrownBy(() -> WindowCounts.ofBytes(Arrays.copyOf(cut, 100), PROFILE))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> WindowCounts.ofBytes(new byte[0], PROFILE)).isInstanceOf(IOException.class);
    }

    private static List<Row> rows(int count) {
        var rows = new ArrayList<Row>();
        for (int i = 0; i < count; i++) {
            rows.add(new Row(
                    new UUID(RANDOM.nextLong(), RANDOM.nextLong()),
                    Map.of("length", RANDOM.nextDouble() * 1000, "links", (double) RANDOM.nextInt(5)),
                    facts()));
        }
        return rows;
    }

    private static RowFacts facts() {
        var fault = Fault.values()[RANDOM.nextInt(Fault.values().length)];
        return new RowFacts(
                RANDOM.nextBoolean() ? RowFacts.Kind.INPUT : RowFacts.Kind.PREDICTION,
                RANDOM.nextInt(10) == 0 ? Set.of(fault) : Set.of(),
                RANDOM.nextBoolean(),
                RANDOM.nextInt(500),
                RANDOM.nextInt(1000),
                RANDOM.nextInt(1000));
    }

    private static WindowCounts count(List<Row> rows) {
        var window = new WindowCounts(PROFILE);
        rows.forEach(row -> window.add(row.id(), row.values(), row.facts()));
        return window;
    }
}
