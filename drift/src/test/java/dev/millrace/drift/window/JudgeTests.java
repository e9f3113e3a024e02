package dev.millrace.drift.window;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.drift.profile.Profile;
import dev.millrace.drift.profile.SeriesProfile;
import dev.millrace.drift.window.SeriesReport.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class JudgeTests {
    private static final int SERIES = 20;
    private static final Instant START = Instant.parse("2026-11-23T10:00:00Z");
    private static final Instant END = START.plusSeconds(300);

    private final SplittableRandom random = new SplittableRandom(20_261_123);
    private final Judge judge = new Judge(200, 1e-3);

    /** A level of 1 in 1,000 lets expect 0.2 of 200. */
    @Test
    void callsAtMostOneOf200WindowsDriftedWhereNothingDid() {
        var profile = profile();
        int pages = 0;
        for (int window = 0; window < 200; window++) {
            pages += judge.report("spam/2", START, END, window(profile, 500, 0, 0))
                            .drifted()
                            .isEmpty()
                    ? 0
                    : 1;
        }

        assertThat(pages).isLessThanOrEqualTo(1);
    }

    @Test
    void findsAShiftInOneSeriesAndNamesItFirst() {
        var report = judge.report("spam/2", START, END, window(profile(), 500, 1, 0.4));

        assertThat(report.drifted()).hasSize(1);
        var first = report.drifted().getFirst();
        assertThat(first.series()).isEqualTo("series0");
        assertThat(first.adjustedPValue()).isLessThan(1e-3);
        assertThat(first.effect()).isBetween(0.1, 0.35);
        assertThat(first.statistic()).isBetween(0.08, 0.3);
        assertThat(first.stability()).isGreaterThan(0.05);
        assertThat(first.share()).isGreaterThan(0.3);
        assertThat(first.rows()).isEqualTo(500);
        assertThat(first.examples()).hasSize(10).doesNotHaveDuplicates();
    }

    @Test
    void namesTheRowsThatMadeTheDifference() {
        var profile = profile();
        var window = window(profile, 400, 0, 0);
        var strange = new HashSet<String>();
        for (int i = 0; i < 100; i++) {
            var values = new HashMap<String, Double>();
            for (var series : profile.series()) {
                values.put(series.name(), random.nextGaussian());
            }
            values.put("series3", 4 + random.nextGaussian() / 5);
            var id = new UUID(random.nextLong(), random.nextLong());
            strange.add(id.toString());
            window.add(id, values);
        }

        var drifted = judge.report("spam/2", START, END, window).drifted();

        assertThat(drifted.getFirst().series()).isEqualTo("series3");
        assertThat(strange).containsAll(drifted.getFirst().examples());
    }

    @Test
    void saysNothingOfTooFewRows() {
        var report = judge.report("spam/2", START, END, window(profile(), 199, SERIES, 3));

        assertThat(report.series()).allMatch(one -> one.state() == State.TOO_FEW_ROWS && one.pValue() == null);
        assertThat(report.rows()).isEqualTo(199);
    }

    @Test
    void saysTheSameOfTheSameCounts() {
        var window = window(profile(), 500, 2, 0.5);

        assertThat(judge.report("spam/2", START, END, window)).isEqualTo(judge.report("spam/2", START, END, window));
    }

    private Profile profile() {
        var series = new ArrayList<SeriesProfile>();
        for (int i = 0; i < SERIES; i++) {
            series.add(SeriesProfile.of(
                    "series" + i,
                    random.doubles(3000).map(_ -> random.nextGaussian()).toArray()));
        }
        return new Profile(List.copyOf(series));
    }

    private WindowCounts window(Profile profile, int rows, int shifted, double shift) {
        var window = new WindowCounts(profile);
        for (int row = 0; row < rows; row++) {
            var values = new HashMap<String, Double>();
            for (int i = 0; i < SERIES; i++) {
                values.put("series" + i, random.nextGaussian() + (i < shifted ? shift : 0));
            }
            window.add(new UUID(random.nextLong(), random.nextLong()), values);
        }
        return window;
    }
}
