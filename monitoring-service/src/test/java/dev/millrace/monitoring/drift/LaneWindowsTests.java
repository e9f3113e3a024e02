package dev.millrace.monitoring.drift;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.millrace.contract.Origin;
import dev.millrace.contract.Tensors;
import dev.millrace.contract.Topics;
import dev.millrace.drift.profile.EmbeddingProfile;
import dev.millrace.drift.profile.Profile;
import dev.millrace.drift.profile.SeriesProfile;
import dev.millrace.drift.window.Fault;
import dev.millrace.drift.window.Judge;
import dev.millrace.drift.window.RowFacts;
import dev.millrace.monitoring.drift.LaneWindows.Fate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LaneWindowsTests {
    private static final Duration LENGTH = Duration.ofMinutes(5);
    private static final Duration LATENESS = Duration.ofMinutes(10);
    private static final Instant START = Instant.parse("2026-11-23T10:00:00Z");
    private static final Profile PROFILE = new Profile(
            List.of(SeriesProfile.of(
                    "links", new SplittableRandom(1).doubles(500).toArray())),
            EmbeddingProfile.of(IntStream.range(0, 100).boxed().collect(Collectors.toMap(i -> new UUID(i, i), i ->
                    new float[] {i, 1}))));

    private final LaneWindows windows = new LaneWindows(LENGTH, LATENESS, Instant.EPOCH);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void makesTheSameBytesOfRowsThatComeInAnotherOrderRepeatedAndLate(long seed) {
        var rows = rows(1000);
        var again = new ArrayList<>(rows);
        again.addAll(rows.subList(100, 400));
        Collections.shuffle(again, new Random(seed));
        var other = new LaneWindows(LENGTH, LATENESS, Instant.EPOCH);

        addAll(windows, rows);
        addAll(other, again);

        assertThat(bytes(other)).isEqualTo(bytes(windows)).hasSize(4);
    }

    @Test
    void losesAndDoublesNothingWhenItIsReadAgainFromItsFirstOffset() {
        var rows = rows(1000);
        addAll(windows, rows);
        var whole = bytes(windows);
        var first = new LaneWindows(LENGTH, LATENESS, Instant.EPOCH);
        addAll(first, rows.subList(0, 700));
        var published = new TreeMap<String, String>();
        var until = START.plus(LENGTH);
        put(published, first.partials(until));
        first.close(until);
        long resumed = first.firstOffset(Topics.FEATURES).orElseThrow();

        var second = new LaneWindows(LENGTH, LATENESS, first.closedUntil());
        for (int offset = (int) resumed; offset < rows.size(); offset++) {
            second.add(rows.get(offset), offset, PROFILE);
        }
        put(published, second.partials(Instant.MAX));

        // The rows of the window that was closed early, but for those that had not come.
        assertThat(published.keySet()).isEqualTo(whole.keySet());
        assertThat(new ArrayList<>(published.values()).subList(1, 4))
                .isEqualTo(new ArrayList<>(whole.values()).subList(1, 4));
    }

    @Test
    void countsARowAtEitherTopicOnce() {
        var features = row(START, START, 7);
        var prediction = new Row(
                Topics.PREDICTIONS,
                START,
                START,
                features.origin(),
                features.upload(),
                features.model(),
                Map.of("links", 0.5),
                RowFacts.none(RowFacts.Kind.PREDICTION),
                ByteString.EMPTY);

        assertThat(windows.add(features, 0, PROFILE)).isEqualTo(Fate.COUNTED);
        assertThat(windows.add(prediction, 0, PROFILE)).isEqualTo(Fate.COUNTED);
        assertThat(windows.add(features, 1, PROFILE)).isEqualTo(Fate.REPEATED);
    }

    @Test
    void takesLateRowsUntilTheLatestTime() {
        var latest = START.plus(LENGTH).plus(LATENESS);

        assertThat(windows.add(row(START, latest.minusMillis(1), 1), 0, PROFILE))
                .isEqualTo(Fate.COUNTED);
        assertThat(windows.add(row(START, latest, 2), 1, PROFILE)).isEqualTo(Fate.LATE);
    }

    @Test
    void passesOverWhatAClockThatJumpedWrote() {
        assertThat(windows.add(row(START.plus(LATENESS).plusMillis(1), START, 1), 0, PROFILE))
                .isEqualTo(Fate.AHEAD);
        assertThat(windows.add(row(START.minus(Duration.ofHours(1)), START, 2), 1, PROFILE))
                .isEqualTo(Fate.LATE);
        assertThat(windows.partials(Instant.MAX)).singleElement().satisfies(window -> {
            assertThat(window.start()).isEqualTo(LaneWindows.startOf(START, LENGTH));
            assertThat(window.counts().rows()).isZero();
        });
    }

    @Test
    void namesAClockThatIsWrongInTheWindowThatItWroteIn() {
        for (int i = 0; i < 500; i++) {
            var accepted = i % 20 == 0 ? START.minus(Duration.ofHours(2)) : START;
            windows.add(row(accepted, START.plusSeconds(1), i), i, PROFILE);
        }

        var window = windows.partials(Instant.MAX).getFirst();
        var report = new Judge(200, 1e-4).report("spam/2", START, START.plus(LENGTH), window.counts());

        assertThat(report.faults()).anySatisfy(fault -> {
            assertThat(fault.fault()).isEqualTo(Fault.TIMESTAMP_SKEW);
            assertThat(fault.rows()).isEqualTo(25);
        });
    }

    @Test
    void leavesClosedWindowsAsTheyWere() {
        windows.add(row(START, START, 1), 0, PROFILE);
        windows.close(START.plus(LENGTH));

        assertThat(windows.add(row(START, START, 2), 1, PROFILE)).isEqualTo(Fate.CLOSED);
        assertThat(windows.firstOffset(Topics.FEATURES)).isEmpty();
    }

    @Test
    void closesAWindowOnlyOnceNoRowOfItCanCome() {
        assertThat(windows.closable(START.plus(LENGTH).plus(LATENESS).minusMillis(1)))
                .isEqualTo(START);
        assertThat(windows.closable(START.plus(LENGTH).plus(LATENESS))).isEqualTo(START.plus(LENGTH));
    }

    /** Rows over 20 minutes, each written up to 10 minutes after it was accepted. */
    private static List<Row> rows(int count) {
        var random = new SplittableRandom(5);
        var rows = new ArrayList<Row>();
        for (int i = 0; i < count; i++) {
            var accepted = START.plusMillis(i * 1_200_000L / count);
            rows.add(row(accepted, accepted.plusMillis(random.nextInt(600_000)), i));
        }
        return rows;
    }

    private static Row row(Instant accepted, Instant recorded, int number) {
        return new Row(
                Topics.FEATURES,
                recorded,
                accepted,
                new Origin("topic", 0, number),
                new UUID(number * 31L, number),
                "spam/2",
                Map.of("links", number % 100 / 100.0),
                new RowFacts(RowFacts.Kind.INPUT, Set.of(), true, number % 7, number % 50, number),
                Tensors.of("embedding", new float[] {number % 13, number}).getData());
    }

    private static void addAll(LaneWindows windows, List<Row> rows) {
        for (int offset = 0; offset < rows.size(); offset++) {
            windows.add(rows.get(offset), offset, PROFILE);
        }
    }

    private static Map<String, String> bytes(LaneWindows windows) {
        var bytes = new TreeMap<String, String>();
        put(bytes, windows.partials(Instant.MAX));
        return bytes;
    }

    private static void put(Map<String, String> bytes, List<LaneWindows.Partial> partials) {
        for (var partial : partials) {
            bytes.put(
                    partial.start() + " " + partial.model(),
                    HexFormat.of().formatHex(partial.counts().toBytes()));
        }
    }
}
