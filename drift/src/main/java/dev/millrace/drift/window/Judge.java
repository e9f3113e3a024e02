package dev.millrace.drift.window;

import dev.millrace.drift.profile.EmbeddingProfile;
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
import java.util.stream.Collectors;

/**
 * Says of a window what drifted, and what is wrong with its data. All series together are called drifted by chance in at most a
 * share {@code level} of the windows, whatever depends on what. Safe to share between threads.
 */
public final class Judge {
    private static final int EXAMPLES = 10;
    private static final int STABILITY_BINS = 10;
    private static final double USUAL_REPEATS = 0.005;

    private final long minimumRows;
    private final double level;
    private final FaultJudge faults;
    private final EmbeddingJudge embeddings;

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
        this.embeddings = new EmbeddingJudge(minimumRows);
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
        var profile = window.profile().embedding();
        var sample = window.embeddings();
        var found = profile == null || sample == null
                ? null
                : embeddings.look(model, start, profile, sample).orElse(null);
        var pValues = looked.stream().map(Looked::pValue).collect(Collectors.toCollection(ArrayList::new));
        if (found != null) {
            pValues.add(found.pValue());
        }
        double[] adjusted = FalseDiscovery.adjusted(
                pValues.stream().mapToDouble(Double::doubleValue).toArray());
        double evidence = pValues.stream().mapToDouble(Judge::evidence).sum();
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
                    share(one.pValue, evidence),
                    drifted ? examples(window, one.index) : List.of(),
                    null);
        }
        var all = new ArrayList<>(List.of(reports));
        if (found != null) {
            double last = adjusted[looked.size()];
            all.add(found.series(last, last <= level, share(found.pValue(), evidence)));
        } else if (sample != null) {
            all.add(SeriesReport.tooFewRows(EmbeddingProfile.NAME, sample.seen(), sample.invalid()));
        }
        return new DriftReport(model, start, end, window.rows(), level, all, faults.faults(window), window.scores());
    }

    private static double share(double pValue, double evidence) {
        return evidence > 0 ? evidence(pValue) / evidence : 0;
    }

    /** In nats, of a p-value that floating point can still tell from 0. */
    private static double evidence(double pValue) {
        return -Math.log(Math.max(pValue, Double.MIN_NORMAL));
    }

    private record Looked(int index, long rows, double statistic, double pValue, double effect, double stability) {}

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
