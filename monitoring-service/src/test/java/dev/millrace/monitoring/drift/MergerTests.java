package dev.millrace.monitoring.drift;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.drift.profile.EmbeddingProfile;
import dev.millrace.drift.profile.Profile;
import dev.millrace.drift.profile.SeriesProfile;
import dev.millrace.drift.window.DriftReport;
import dev.millrace.drift.window.Judge;
import dev.millrace.drift.window.RowFacts;
import dev.millrace.drift.window.WindowCounts;
import dev.millrace.monitoring.drift.WindowMessage.Mark;
import dev.millrace.monitoring.drift.WindowMessage.Partial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MergerTests {
    private static final int LANES = 4;
    private static final Duration LENGTH = Duration.ofMinutes(5);
    private static final Instant START = Instant.parse("2026-11-23T10:00:00Z");
    private static final Instant END = START.plus(LENGTH);

    private final SplittableRandom random = new SplittableRandom(1);
    private final Profile profile = new Profile(
            List.of(SeriesProfile.of("links", random.doubles(500).toArray())),
            EmbeddingProfile.of(IntStream.range(0, 200)
                    .boxed()
                    .collect(Collectors.toMap(i -> new UUID(random.nextLong(), i), _ -> embedding()))));

    @TempDir
    private Path repository;

    private Merger merger;

    @BeforeEach
    void makeProfile() throws IOException {
        Path folder = Files.createDirectories(repository.resolve("spam/2"));
        Files.writeString(folder.resolve("profile.json"), profile.toJson());
        merger = merger();
        begin(merger);
    }

    /** The lanes' first marks. */
    private static void begin(Merger merger) {
        for (int lane = 0; lane < LANES; lane++) {
            merger.accept(mark(lane, START, START));
        }
    }

    @Test
    void judgesAWindowOnceAllLanesArePastIt() {
        for (int lane = 0; lane < LANES - 1; lane++) {
            assertThat(accept(merger, partial(lane), mark(lane, START, END))).isEmpty();
        }

        var reports = accept(merger, mark(LANES - 1, START, END));

        assertThat(reports).hasSize(1);
        assertThat(reports.getFirst().rows()).isEqualTo(300);
        assertThat(reports.getFirst().start()).isEqualTo(START);
        assertThat(reports.getFirst().end()).isEqualTo(END);
    }

    @Test
    void saysTheSameHoweverTheMessagesCome() {
        var messages = new ArrayList<WindowMessage>();
        for (int lane = 0; lane < LANES; lane++) {
            messages.add(partial(lane));
        }
        var marks = new ArrayList<WindowMessage>();
        for (int lane = 0; lane < LANES; lane++) {
            marks.add(mark(lane, START, END));
        }
        var once = accept(merger, concat(messages, marks));

        var other = merger();
        begin(other);
        var again = accept(other, concat(messages.reversed(), messages, marks.reversed()));

        assertThat(again).isEqualTo(once).hasSize(1);
        assertThat(once.getFirst().series().getLast().embedding()).isNotNull();
    }

    @Test
    void saysNothingOfAWindowWhoseBeginningItMissed() {
        merger = merger();
        for (int lane = 0; lane < LANES; lane++) {
            accept(merger, partial(lane), mark(lane, START.minus(LENGTH), END));
        }
        var next = new ArrayList<DriftReport>();
        for (int lane = 0; lane < LANES; lane++) {
            next.addAll(accept(merger, partial(lane, END), mark(lane, END, END.plus(LENGTH))));
        }

        assertThat(next).extracting(DriftReport::start).containsExactly(END);
    }

    @Test
    void saysNothingOfAWindowBehindAGap() {
        for (int lane = 0; lane < LANES; lane++) {
            accept(merger, mark(lane, START.minus(LENGTH), START));
        }
        for (int lane = 0; lane < LANES; lane++) {
            var from = lane == 2 ? END : START;
            assertThat(accept(merger, partial(lane), mark(lane, from, END.plus(LENGTH))))
                    .isEmpty();
        }
    }

    @Test
    void saysNothingOfAWindowThatWasCountedWithAnotherProfile() {
        var other = new Profile(List.of(SeriesProfile.of("links", new double[] {1, 2, 3})));
        accept(merger, new Partial("spam/2", START, LENGTH, 0, new WindowCounts(other).toBytes()));
        accept(merger, new Partial("spam/3", START, LENGTH, 0, new WindowCounts(other).toBytes()));

        var reports = new ArrayList<DriftReport>();
        for (int lane = 0; lane < LANES; lane++) {
            reports.addAll(accept(merger, mark(lane, START, END)));
        }

        assertThat(reports).isEmpty();
    }

    @Test
    void judgesAWindowOnceThoughALaneWritesItAgain() {
        var reports = new ArrayList<DriftReport>();
        for (int lane = 0; lane < LANES; lane++) {
            reports.addAll(accept(merger, partial(lane), mark(lane, START, END)));
        }

        reports.addAll(accept(merger, partial(2), mark(2, START, END)));
        reports.addAll(accept(merger, partial(2), mark(2, START, END.plus(LENGTH))));

        assertThat(reports).extracting(DriftReport::rows).containsExactly(400L);
    }

    @Test
    void givesUpTheOldestWindowsThatWaitForALane() {
        int windows = 100;
        for (int i = 0; i < windows; i++) {
            for (int lane = 1; lane < LANES; lane++) {
                accept(merger, partial(lane, START.plus(LENGTH.multipliedBy(i))));
                accept(merger, mark(lane, START, START.plus(LENGTH.multipliedBy(i + 1))));
            }
        }
        for (int i = 0; i < windows; i++) {
            accept(merger, partial(0, START.plus(LENGTH.multipliedBy(i))));
        }

        var reports = accept(merger, mark(0, START, START.plus(LENGTH.multipliedBy(windows))));

        assertThat(reports).hasSize(64).extracting(DriftReport::rows).containsOnly(400L);
    }

    /** As if the parts of many lanes were large. */
    @Test
    void givesUpTheOldestOfLargeWindowsBeforeTheyAreMany() {
        int windows = 20;
        for (int i = 0; i < windows; i++) {
            var start = START.plus(LENGTH.multipliedBy(i));
            accept(merger, new Partial("spam/3", start, LENGTH, 1, new byte[2 << 20]));
            accept(merger, partial(1, start));
        }
        for (int i = 0; i < windows; i++) {
            accept(merger, partial(0, START.plus(LENGTH.multipliedBy(i))));
        }

        var reports = new ArrayList<DriftReport>();
        for (int lane = 0; lane < LANES; lane++) {
            reports.addAll(accept(merger, mark(lane, START, START.plus(LENGTH.multipliedBy(windows)))));
        }

        // 16 would take 32 MiB without those of the other model.
        assertThat(reports).hasSize(15).extracting(DriftReport::rows).containsOnly(200L);
        assertThat(reports.getFirst().start()).isEqualTo(START.plus(LENGTH.multipliedBy(5)));
    }

    @Test
    void judgesTheNewestWindowHoweverLargeItIs() {
        for (int lane = 0; lane < LANES; lane++) {
            accept(merger, new Partial("spam/3", START, LENGTH, lane, new byte[10 << 20]), partial(lane));
        }

        var reports = new ArrayList<DriftReport>();
        for (int lane = 0; lane < LANES; lane++) {
            reports.addAll(accept(merger, mark(lane, START, END)));
        }

        assertThat(reports).extracting(DriftReport::rows).containsExactly(400L);
    }

    /** As while replicas are brought from a version without embeddings to this one. */
    @Test
    void passesOverAWindowThatAnotherVersionCountedAndJudgesTheNext() {
        for (int lane = 0; lane < LANES; lane++) {
            byte[] counts = partial(lane).counts();
            counts[0] = lane == 1 ? 2 : counts[0];
            accept(merger, new Partial("spam/2", START, LENGTH, lane, counts), partial(lane, END));
        }

        var reports = new ArrayList<DriftReport>();
        for (int lane = 0; lane < LANES; lane++) {
            reports.addAll(accept(merger, mark(lane, START, END.plus(LENGTH))));
        }

        assertThat(reports).extracting(DriftReport::start).containsExactly(END);
    }

    @Test
    void leavesOutWindowsOfAnotherLength() {
        var counts = partial(0).value();
        for (int lane = 0; lane < LANES; lane++) {
            merger.accept(new Partial("spam/2", START, LENGTH.dividedBy(2), lane, counts));
        }

        for (int lane = 0; lane < LANES; lane++) {
            assertThat(accept(merger, mark(lane, START, END))).isEmpty();
        }
    }

    @Test
    void readsItsOwnMessages() {
        var mark = mark(3, START, END);
        var partial = partial(2);

        assertThat(WindowMessage.of(mark.key(), mark.value())).isEqualTo(mark);
        assertThat(WindowMessage.of(partial.key(), partial.value())).isEqualTo(partial);
    }

    @Test
    void refusesWhatIsNoMessage() {
        assertThatThrownBy(() -> WindowMessage.of("x".getBytes(UTF_8), new byte[0]))
                .hasMessage("key: 'x' (expected: a window or a lane)");
        assertThatThrownBy(() -> WindowMessage.of("lane/1".getBytes(UTF_8), new byte[3]))
                .hasMessage("value: 3 bytes (expected: 20)");
        assertThatThrownBy(() -> WindowMessage.of(null, new byte[3])).hasMessage("key, value: none (expected: both)");
    }

    private Merger merger() {
        return new Merger(new Profiles(repository, () -> START), new Judge(50, 1e-3), LENGTH);
    }

    private static List<DriftReport> accept(Merger merger, WindowMessage... messages) {
        return accept(merger, List.of(messages));
    }

    private static List<DriftReport> accept(Merger merger, List<WindowMessage> messages) {
        return messages.stream()
                .flatMap(message -> merger.accept(message).stream())
                .map(JudgedWindow::report)
                .toList();
    }

    @SafeVarargs
    private static List<WindowMessage> concat(List<WindowMessage>... lists) {
        return List.of(lists).stream().flatMap(List::stream).toList();
    }

    private static Mark mark(int lane, Instant from, Instant until) {
        return new Mark(lane, LANES, from, until);
    }

    private float[] embedding() {
        return new float[] {(float) random.nextGaussian(), (float) random.nextGaussian(), (float) random.nextGaussian()
        };
    }

    private Partial partial(int lane) {
        return partial(lane, START);
    }

    private Partial partial(int lane, Instant start) {
        var counts = new WindowCounts(profile);
        for (int i = 0; i < 100; i++) {
            counts.add(
                    new UUID(random.nextLong(), i),
                    Map.of("links", random.nextDouble()),
                    RowFacts.none(RowFacts.Kind.INPUT),
                    embedding());
        }
        return new Partial("spam/2", start, LENGTH, lane, counts.toBytes());
    }
}
