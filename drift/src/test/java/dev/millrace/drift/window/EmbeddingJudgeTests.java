package dev.millrace.drift.window;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.drift.profile.EmbeddingProfile;
import dev.millrace.drift.profile.Profile;
import dev.millrace.drift.profile.SeriesProfile;
import dev.millrace.drift.window.SeriesReport.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Windows of embeddings of 48 elements that are spread as those of texts: along few directions, and of length 1. */
class EmbeddingJudgeTests {
    private static final int SIZE = 48;
    private static final int TOPICS = 6;
    private static final int LANES = 8;
    private static final Instant START = Instant.parse("2026-11-23T10:00:00Z");
    private static final Instant END = START.plusSeconds(300);

    private final SplittableRandom random = new SplittableRandom(20_261_123);
    private final float[][] topics = new float[TOPICS][];

    EmbeddingJudgeTests() {
        for (int i = 0; i < TOPICS; i++) {
            topics[i] = noise(1);
        }
    }

    /** With references of their own: windows that share one share its luck. */
    @Test
    void callsOneInAHundredWindowsDriftedWhereNothingDid() {
        int alarms = 0;
        for (int window = 0; window < 800; window++) {
            var report = judge(0.01, window(new Profile(List.of(), reference()), 300, 0));
            alarms += report.drifted().isEmpty() ? 0 : 1;
        }

        // 8 are expected at the most; the 95 % upper end of the binomial law.
        assertThat(alarms).isLessThanOrEqualTo(13);
    }

    @Test
    void findsOneTextInFiveOfATopicThatWasNotThere() {
        var strange = new HashSet<String>();
        var window = window(new Profile(List.of(), reference()), 400, 0);
        for (int i = 0; i < 100; i++) {
            var id = id();
            strange.add(id.toString());
            add(window, id, strange());
        }

        var report = judge(1e-5, window);

        var found = report.drifted().getFirst();
        assertThat(found.series()).isEqualTo("embedding");
        assertThat(found.rows()).isEqualTo(500);
        assertThat(found.adjustedPValue()).isLessThan(1e-5);
        assertThat(found.effect()).isBetween(0.02, 1.0);
        assertThat(found.stability()).isNull();
        assertThat(found.examples()).hasSize(10).doesNotHaveDuplicates();
        assertThat(found.examples().stream().filter(strange::contains).count()).isGreaterThanOrEqualTo(8);
        var figures = requireNonNull(found.embedding());
        assertThat(figures.sampled()).isBetween(300, 500);
        assertThat(figures.reference()).isEqualTo(512);
        assertThat(figures.area()).isCloseTo((requireNonNull(found.effect()) + 1) / 2, within(1e-12));
        assertThat(figures.dimensions()).hasSize(5);
        assertThat(figures.dimensions().getFirst().index()).isEqualTo(SIZE - 1);
        assertThat(figures.dimensions().getFirst().share()).isGreaterThan(0.3);
        assertThat(figures.frechet()).isPositive();
    }

    @Test
    void findsEmbeddingsThatLieFurtherApart() {
        var window = window(new Profile(List.of(), reference()), 0, 0);
        for (int i = 0; i < 500; i++) {
            float[] vector = text();
            for (int j = 0; j < SIZE; j++) {
                vector[j] *= i % 2 == 0 ? 2.5f : 1;
            }
            add(window, id(), vector);
        }

        var found = judge(1e-4, window).series().getFirst();

        assertThat(found.state()).isEqualTo(State.DRIFTED);
        assertThat(requireNonNull(found.embedding()).discrepancyPValue()).isLessThan(1e-5);
    }

    @Test
    void sharesTheLevelWithTheSeries() {
        var lengths = random.doubles(2000).toArray();
        var profile = new Profile(List.of(SeriesProfile.of("length", lengths)), reference());
        var window = window(profile, 0, 0);
        for (int i = 0; i < 400; i++) {
            window.add(id(), Map.of("length", random.nextDouble()), RowFacts.none(RowFacts.Kind.INPUT), text());
        }

        var report = judge(1e-4, window);

        assertThat(report.series()).extracting(SeriesReport::series).containsExactly("length", "embedding");
        assertThat(report.series()).extracting(SeriesReport::state).containsOnly(State.STABLE);
        double least = report.series().stream()
                .mapToDouble(one -> requireNonNull(one.pValue()))
                .min()
                .orElseThrow();
        double adjusted = report.series().stream()
                .mapToDouble(one -> requireNonNull(one.adjustedPValue()))
                .min()
                .orElseThrow();
        // Two of them, and 1 + 1/2 for whatever depends on what; or the greater one decides.
        assertThat(adjusted).isLessThanOrEqualTo(Math.min(1, 3 * least) + 1e-12).isGreaterThanOrEqualTo(least);
        assertThat(report.series().stream()
                        .mapToDouble(one -> requireNonNull(one.share()))
                        .sum())
                .isCloseTo(1, within(1e-9));
    }

    @Test
    void saysNothingOfTooFewEmbeddings() {
        var profile = new Profile(List.of(), reference());
        var few = judge(0.01, window(profile, 199, 3));
        var none = judge(0.01, new WindowCounts(profile));

        assertThat(few.series()).singleElement().satisfies(one -> {
            assertThat(one.state()).isEqualTo(State.TOO_FEW_ROWS);
            assertThat(one.rows()).isEqualTo(199);
            assertThat(one.embedding()).isNull();
        });
        assertThat(none.series().getFirst().state()).isEqualTo(State.TOO_FEW_ROWS);
    }

    /** The model's encoder was exchanged, and nobody made a new profile. */
    @Test
    void namesEmbeddingsOfAnotherSizeAndJudgesTheRest() {
        var window = window(new Profile(List.of(), reference()), 0, 0);
        for (int i = 0; i < 500; i++) {
            add(window, id(), i % 10 == 0 ? new float[SIZE * 2] : text());
        }

        var report = judge(1e-4, window);

        assertThat(report.faults()).singleElement().satisfies(fault -> {
            assertThat(fault.fault()).isEqualTo(Fault.OTHER_DIMENSION);
            assertThat(fault.rows()).isEqualTo(50);
            assertThat(fault.examples()).hasSize(10);
        });
        var found = report.series().getFirst();
        assertThat(found.state()).isEqualTo(State.STABLE);
        assertThat(found.rows()).isEqualTo(450);
        assertThat(found.invalid()).isEqualTo(50);
    }

    @Test
    void saysNothingOfWindowsWhereAllEmbeddingsAreBroken() {
        var window = window(new Profile(List.of(), reference()), 0, 0);
        for (int i = 0; i < 500; i++) {
            float[] vector = text();
            vector[i % SIZE] = i % 2 == 0 ? Float.NaN : Float.NEGATIVE_INFINITY;
            add(window, id(), vector);
        }

        var found = judge(1e-4, window).series().getFirst();

        assertThat(found.state()).isEqualTo(State.TOO_FEW_ROWS);
        assertThat(found.invalid()).isEqualTo(500);
    }

    /** Within the heap of a service, and though all rows came by one lane. */
    @Test
    void judgesTheLongestEmbeddingsThatAProfileMayHave() {
        var embeddings = new HashMap<UUID, float[]>();
        for (int i = 0; i < EmbeddingProfile.ROWS; i++) {
            embeddings.put(id(), noise(EmbeddingProfile.MOST_ELEMENTS, 1));
        }
        var lane = new WindowCounts(new Profile(List.of(), EmbeddingProfile.of(embeddings)));
        for (int i = 0; i < 300; i++) {
            add(lane, id(), noise(EmbeddingProfile.MOST_ELEMENTS, 1));
        }

        var found = judge(1e-4, lane).series().getFirst();

        assertThat(found.state()).isEqualTo(State.STABLE);
        assertThat(requireNonNull(found.embedding()).sampled()).isEqualTo(127);
        assertThat(found.embedding().reference()).isEqualTo(512);
    }

    @Test
    void saysTheSameOfTheSameLanesInAnyOrderAndFromAnotherJudge() throws Exception {
        var profile = new Profile(List.of(), reference());
        var lanes = new ArrayList<byte[]>();
        for (int lane = 0; lane < LANES; lane++) {
            lanes.add(window(profile, 90, 0.2).toBytes());
        }

        var once = judge(1e-4, join(profile, lanes));
        var again = judge(1e-4, join(profile, lanes.reversed()));

        assertThat(again).isEqualTo(once);
        assertThat(once.series().getFirst().embedding()).isNotNull();
    }

    private static WindowCounts join(Profile profile, List<byte[]> lanes) throws Exception {
        var joined = new WindowCounts(profile);
        for (byte[] lane : lanes) {
            joined.merge(WindowCounts.ofBytes(lane, profile));
        }
        return joined;
    }

    private static DriftReport judge(double level, WindowCounts window) {
        return new Judge(200, level).report("spam/2", START, END, window);
    }

    private EmbeddingProfile reference() {
        var embeddings = new HashMap<UUID, float[]>();
        for (int i = 0; i < 512; i++) {
            embeddings.put(id(), text());
        }
        return EmbeddingProfile.of(embeddings);
    }

    /** Of all lanes. */
    private WindowCounts window(Profile profile, int rows, double shift) {
        var lanes = new ArrayList<WindowCounts>();
        for (int lane = 0; lane < LANES; lane++) {
            lanes.add(new WindowCounts(profile));
        }
        for (int i = 0; i < rows; i++) {
            float[] vector = text();
            vector[0] += (float) shift;
            add(lanes.get(i % LANES), id(), vector);
        }
        var window = new WindowCounts(profile);
        lanes.forEach(window::merge);
        return window;
    }

    private static void add(WindowCounts window, UUID id, float[] vector) {
        window.add(id, Map.of(), RowFacts.none(RowFacts.Kind.INPUT), vector);
    }

    private UUID id() {
        return new UUID(random.nextLong(), random.nextLong());
    }

    private float[] text() {
        return near(topics[random.nextInt(TOPICS)]);
    }

    /** Of no topic: the last element stands out. */
    private float[] strange() {
        var topic = new float[SIZE];
        topic[SIZE - 1] = 2;
        return near(topic);
    }

    private float[] near(float[] topic) {
        float[] vector = noise(0.7);
        double squares = 0;
        for (int i = 0; i < SIZE; i++) {
            vector[i] += topic[i];
            squares += vector[i] * vector[i];
        }
        for (int i = 0; i < SIZE; i++) {
            vector[i] = (float) (vector[i] / Math.sqrt(squares));
        }
        return vector;
    }

    private float[] noise(double scale) {
        return noise(SIZE, scale);
    }

    private float[] noise(int size, double scale) {
        var vector = new float[size];
        for (int i = 0; i < size; i++) {
            vector[i] = (float) (scale * random.nextGaussian() / Math.sqrt(size));
        }
        return vector;
    }
}
