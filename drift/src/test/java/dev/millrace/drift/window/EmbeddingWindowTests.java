package dev.millrace.drift.window;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.drift.profile.EmbeddingProfile;
import dev.millrace.drift.profile.Profile;
import dev.millrace.drift.profile.SampleOrder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What windows keep of embeddings. */
class EmbeddingWindowTests {
    private static final int LANES = 8;
    private static final int SIZE = 12;

    private final SplittableRandom random = new SplittableRandom(7);
    private final Profile profile = profile(SIZE);

    @SuppressWarnings("ArrayRecordComponent") // Nobody asks whether two are equal.
    private record Row(UUID id, float[] embedding) {}

    @Test
    void keepsTheSameBytesInWhateverOrderRowsCome() {
        var rows = rows(1000);
        var shuffled = new ArrayList<>(rows);
        Collections.shuffle(shuffled, new Random(1));

        assertThat(count(shuffled).toBytes()).isEqualTo(count(rows).toBytes());
    }

    /** Each lane is counted by one replica; any replica may put lanes together, in steps or at once. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8})
    void joinsLanesToTheSameBytesHoweverTheyAreGrouped(int groups) throws IOException {
        var joined = joinedIn(groups, lanes(3000));

        assertThat(sample(joined).rows()).hasSizeBetween(450, 512);
        assertThat(sample(joined).seen()).isEqualTo(3000);
    }

    /** Groups of few rows have no bound until they meet the lane that has one. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8})
    void joinsUnequalLanesToTheSameBytesHoweverTheyAreGrouped(int groups) throws IOException {
        var lanes = new ArrayList<WindowCounts>();
        for (int rows : new int[] {5000, 700, 130, 120, 50, 9, 1, 0}) {
            lanes.add(count(rows(rows)));
        }

        var joined = joinedIn(groups, lanes);

        assertThat(sample(joined).rows()).hasSizeBetween(128, 170);
        assertThat(sample(joined).seen()).isEqualTo(6010);
    }

    /** Lanes put together by groups, which must be the same as all of them at once. */
    private WindowCounts joinedIn(int groups, List<WindowCounts> lanes) throws IOException {
        byte[] whole = joined(lanes).toBytes();
        var shuffled = new ArrayList<>(lanes);
        Collections.shuffle(shuffled, new Random(groups));
        var parts = new ArrayList<WindowCounts>();
        for (int group = 0; group < groups; group++) {
            parts.add(new WindowCounts(profile));
        }
        for (int lane = 0; lane < LANES; lane++) {
            parts.get(lane % groups)
                    .merge(WindowCounts.ofBytes(shuffled.get(lane).toBytes(), profile));
        }

        var joined = new WindowCounts(profile);
        for (var part : parts.reversed()) {
            joined.merge(WindowCounts.ofBytes(part.toBytes(), profile));
        }

        assertThat(joined.toBytes()).isEqualTo(whole);
        return joined;
    }

    /** One lane has nearly all rows: a sample that took as many of each lane would speak of the others. */
    @Test
    void samplesAllRowsAlikeThoughLanesAreNot() {
        var lanes = new ArrayList<WindowCounts>();
        var few = new ArrayList<UUID>();
        lanes.add(count(rows(5000)));
        for (int lane = 1; lane < LANES; lane++) {
            var rows = rows(50);
            rows.forEach(row -> few.add(row.id()));
            lanes.add(count(rows));
        }

        var sampled = sample(joined(lanes)).rows();

        long ofFew = sampled.stream().filter(row -> few.contains(row.id())).count();
        assertThat(sampled).hasSizeBetween(128, 150);
        // 350 of 5,350 rows are some 9 of 138; of the samples as they are it would be 350 of 478.
        assertThat(ofFew).isLessThan(22);
        assertThat(sampled)
                .isSortedAccordingTo((a, b) -> Long.compare(SampleOrder.hash(a.id()), SampleOrder.hash(b.id())));
    }

    @Test
    void takesAWholeLaneIfItIsSmall() {
        assertThat(sample(count(rows(128))).rows()).hasSize(128);
        assertThat(sample(joined(lanes(400))).rows()).hasSize(400);
    }

    @Test
    void countsWhatIsNoEmbeddingOfItsProfile() {
        var window = count(rows(300));
        window.add(UUID.randomUUID(), Map.of(), RowFacts.none(RowFacts.Kind.INPUT), new float[SIZE + 1]);
        window.add(UUID.randomUUID(), Map.of(), RowFacts.none(RowFacts.Kind.INPUT), new float[0]);
        var broken = new float[SIZE];
        broken[3] = Float.NaN;
        window.add(UUID.randomUUID(), Map.of(), RowFacts.none(RowFacts.Kind.INPUT), broken);
        var large = new float[SIZE];
        large[3] = -70_000;
        window.add(UUID.randomUUID(), Map.of(), RowFacts.none(RowFacts.Kind.INPUT), large);
        window.add(UUID.randomUUID(), Map.of(), RowFacts.none(RowFacts.Kind.INPUT), null);

        assertThat(sample(window).seen()).isEqualTo(300);
        assertThat(sample(window).invalid()).isEqualTo(4);
        assertThat(window.faults().rows(Fault.OTHER_DIMENSION, RowFacts.Kind.INPUT))
                .isEqualTo(2);
        assertThat(window.faults().rows(Fault.INVALID_EMBEDDING, RowFacts.Kind.INPUT))
                .isEqualTo(2);
        assertThat(window.rows()).isEqualTo(304);
    }

    @Test
    void keepsNothingOfEmbeddingsThatTheProfileDoesNotWatch() {
        var plain = new Profile(List.of());
        var window = new WindowCounts(plain);
        window.add(UUID.randomUUID(), Map.of(), RowFacts.none(RowFacts.Kind.INPUT), new float[SIZE]);
        var without = new WindowCounts(plain);
        without.add(UUID.randomUUID(), Map.of(), RowFacts.none(RowFacts.Kind.INPUT));

        assertThat(window.toBytes()).isEqualTo(without.toBytes());
    }

    /** So while replicas are brought up one by one, nothing that has no embeddings is lost. */
    @Test
    void readsAndWritesWhatOthersDidBeforeEmbeddingsWhereThereAreNone() throws IOException {
        var plain = new Profile(List.of());

        assertThat(new WindowCounts(plain).toBytes()).startsWith(2);
        assertThat(WindowCounts.ofBytes(new WindowCounts(plain).toBytes(), plain)
                        .rows())
                .isZero();
        byte[] old = new WindowCounts(profile).toBytes();
        old[0] = 2;
        assertThatThrownBy(() -> WindowCounts.ofBytes(old, profile)).hasMessageStartingWith("window: version 2, ");
    }

    /** Beside the counts, of a record of 1 MiB. A window of one lane must be large enough to be judged. */
    @ParameterizedTest
    @ValueSource(ints = {2, 384, EmbeddingProfile.MOST_ELEMENTS})
    void staysSmallAndIsEnoughWhateverTheSize(int size) {
        var wide = profile(size);
        var window = new WindowCounts(wide);
        for (int i = 0; i < 1000; i++) {
            window.add(id(), Map.of(), RowFacts.none(RowFacts.Kind.INPUT), vector(size));
        }

        assertThat(window.toBytes()).hasSizeLessThan((1 << 18) + 1000);
        assertThat(sample(window).rows()).hasSizeBetween(100, 128);
    }

    /** What is read by another version of the service must be this. */
    @Test
    void writesTheBytesThatItAlwaysWrote() {
        var window = new WindowCounts(profile(2));
        window.add(new UUID(1, 2), Map.of(), RowFacts.none(RowFacts.Kind.INPUT), new float[] {0.5f, -2});
        window.add(new UUID(3, 4), Map.of(), RowFacts.none(RowFacts.Kind.INPUT), new float[] {65_504, 6e-8f});
        window.add(new UUID(5, 6), Map.of(), RowFacts.none(RowFacts.Kind.INPUT), new float[] {70_000, 0});

        String bytes = HexFormat.of().formatHex(window.toBytes());

        assertThat(bytes)
                .startsWith("03")
                // Two rows and one that is none; no bound; then both, the one with the smaller hash first.
                .endsWith("02" + "01" + "7fffffffffffffff" + "02"
                        + "00000000000000010000000000000002" + "3800c000"
                        + "00000000000000030000000000000004" + "7bff0001");
    }

    @Test
    void refusesBytesThatAreSomethingElse() {
        byte[] bytes = count(rows(10)).toBytes();
        byte[] broken = bytes.clone();
        // The last element becomes infinite.
        broken[broken.length - 2] = 0x7c;
        broken[broken.length - 1] = 0;

        assertThatThrownBy(() -> WindowCounts.ofBytes(broken, profile)).hasMessageContaining("(expected: finite)");
        assertThatThrownBy(() -> WindowCounts.ofBytes(Arrays.copyOf(bytes, bytes.length - 1), profile))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> WindowCounts.ofBytes(bytes, profile(SIZE + 1))).isInstanceOf(IOException.class);
    }

    /** So that samples of profiles and windows of any version are the same. */
    @Test
    void ordersRowsAsItAlwaysDid() {
        var crc = new CRC32C();
        for (int i = 0; i < 100; i++) {
            crc.update(Long.toHexString(SampleOrder.hash(new UUID(i * 31L, -i))).getBytes(UTF_8));
        }

        assertThat(SampleOrder.hash(new UUID(0, 0))).isZero();
        assertThat(crc.getValue()).isEqualTo(596_328_787L);
    }

    private List<WindowCounts> lanes(int count) {
        var rows = rows(count);
        var lanes = new ArrayList<WindowCounts>();
        for (int lane = 0; lane < LANES; lane++) {
            int first = lane;
            lanes.add(count(rows.stream()
                    .filter(row -> Math.floorMod(row.id().hashCode(), LANES) == first)
                    .toList()));
        }
        return lanes;
    }

    private WindowCounts joined(List<WindowCounts> lanes) {
        var joined = new WindowCounts(profile);
        lanes.forEach(joined::merge);
        return joined;
    }

    private WindowCounts count(List<Row> rows) {
        var window = new WindowCounts(profile);
        rows.forEach(row -> window.add(row.id(), Map.of(), RowFacts.none(RowFacts.Kind.INPUT), row.embedding()));
        return window;
    }

    private static EmbeddingSample sample(WindowCounts window) {
        return requireNonNull(window.embeddings());
    }

    private List<Row> rows(int count) {
        var rows = new ArrayList<Row>();
        for (int i = 0; i < count; i++) {
            rows.add(new Row(id(), vector(SIZE)));
        }
        return rows;
    }

    private Profile profile(int size) {
        var embeddings = new HashMap<UUID, float[]>();
        for (int i = 0; i < 100; i++) {
            embeddings.put(id(), vector(size));
        }
        return new Profile(List.of(), EmbeddingProfile.of(embeddings));
    }

    private UUID id() {
        return new UUID(random.nextLong(), random.nextLong());
    }

    private float[] vector(int size) {
        var vector = new float[size];
        for (int i = 0; i < size; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        return vector;
    }
}
