package dev.millrace.drift.window;

import dev.millrace.drift.profile.SeriesProfile;
import dev.millrace.drift.stats.Combined;
import dev.millrace.drift.stats.Divergences;
import dev.millrace.drift.stats.FalseDiscovery;
import dev.millrace.drift.stats.OrderedCounts;
import dev.millrace.drift.stats.RankTests;
import dev.millrace.drift.window.SeriesReport.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Says of a window what drifted, and what is wrong with its data. All series together are called drifted by chance in at most a
 * share {@code level} of the windows, whatever depends on what. Stateless, so safe to share between threads.
 */
public final class Judge {
    private static final int EXAMPLES = 10;
    private static final int STABILITY_BINS = 10;
    private static final double USUAL_REPEATS = 0.005;

    private final long minimumRows;
    private final double level;
    private final FaultJudge faults;

    /**
     * @param minimumRows rows below which nothing is said of a series
     * @param level above 0, below 1
     */
    public Judge(long minimumRows, double level) {
        this(minimumRows, level, USUAL_REPEATS);
    }

    /**
     * @param minimumRows rows below which nothing is said of a series, nor of faults
     * @param level above 0, below 1
     * @param usualRepeats share of the rows whose content came before in the window, above which that is a fault, 0 to 1
     */
    public Judge(long minimumRows, double level, double usualRepeats) {
        this.minimumRows = minimumRows;
        this.level = level;
        this.faults = new FaultJudge(minimumRows, usualRepeats);
    }

    /** Compares a window with its profile. The same counts give the same report. */
    public DriftReport report(String model, Instant start, Instant end, WindowCounts window) {
        var profiles = window.profile().series();
        var reports = new SeriesReport[profiles.size()];
        var looked = new ArrayList<Looked>();
        for (int i = 0; i < reports.length; i++) {
            long[] counts = window.counts(i);
            long rows = Arrays.stream(counts).sum();
            if (rows >= minimumRows) {
                looked.add(look(i, profiles.get(i), counts));
            } else {
                reports[i] = SeriesReport.tooFewRows(profiles.get(i).name(), rows, window.invalid(i));
            }
        }
        double[] adjusted = FalseDiscovery.adjusted(
                looked.stream().mapToDouble(Looked::pValue).toArray());
        double evidence = looked.stream().mapToDouble(Looked::evidence).sum();
        for (int i = 0; i < looked.size(); i++) {
            var one = looked.get(i);
            boolean drifted = adjusted[i] <= level;
            reports[one.index] = new SeriesReport(
                    profiles.get(one.index).name(),
                    drifted ? State.DRIFTED : State.STABLE,
                    one.rows,
                    window.invalid(one.index),
                    one.statistic,
                    one.pValue,
                    adjusted[i],
                    one.effect,
                    one.stability,
                    evidence > 0 ? one.evidence() / evidence : 0,
                    drifted ? examples(window, one.index) : List.of());
        }
        return new DriftReport(
                model, start, end, window.rows(), level, List.of(reports), faults.faults(window), window.scores());
    }

    private record Looked(int index, long rows, double statistic, double pValue, double effect, double stability) {
        /** In nats, of a p-value that floating point can still tell from 0. */
        double evidence() {
            return -Math.log(Math.max(pValue, Double.MIN_NORMAL));
        }
    }

    private static Looked look(int index, SeriesProfile profile, long[] current) {
        long[] reference = profile.counts();
        var counts = OrderedCounts.of(profile.grid().values(), reference, current);
        var test = Combined.test(counts);
        return new Looked(
                index,
                counts.currentTotal(),
                test.statistic(),
                test.pValue(),
                RankTests.cliffsDelta(counts),
                stability(reference, current));
    }

    /** Over neighbouring bins joined until each holds a tenth of the reference. */
    private static double stability(long[] reference, long[] current) {
        long rows = Arrays.stream(reference).sum();
        var joinedReference = new long[STABILITY_BINS];
        var joinedCurrent = new long[STABILITY_BINS];
        long below = 0;
        for (int bin = 0; bin < reference.length; bin++) {
            // A bin goes where its middle row goes.
            int joined = (int) Math.min(STABILITY_BINS - 1, (2 * below + reference[bin]) * STABILITY_BINS / (2 * rows));
            joinedReference[joined] += reference[bin];
            joinedCurrent[joined] += current[bin];
            below += reference[bin];
        }
        return Divergences.stability(joinedReference, joinedCurrent).statistic();
    }

    /** Rows in the bins that hold more rows of the window than the reference lets expect, the furthest first. */
    private static List<String> examples(WindowCounts window, int index) {
        var profile = window.profile().series().get(index);
        var surplus = Surplus.of(profile.counts(), window.counts(index));
        return window.examples().stream()
                .filter(example -> Float.isFinite(example.value(index)))
                .sorted(Comparator.comparingDouble(
                                (Example example) -> -surplus.of(profile.grid().indexOf(example.value(index))))
                        .thenComparing(Example.ORDER))
                .map(example -> example.id().toString())
                .distinct()
                .limit(EXAMPLES)
                .toList();
    }
}
