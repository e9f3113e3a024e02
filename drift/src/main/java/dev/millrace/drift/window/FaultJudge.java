package dev.millrace.drift.window;

import dev.millrace.drift.profile.SeriesProfile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntToLongFunction;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.commons.statistics.distribution.BinomialDistribution;

/**
 * Names the faults of a window's data. A fault is named if its rows are more than a share that is usual leaves to chance:
 * one window in a million at the most, all its series and values taken together. The shares are those of a corpus of mails
 * (0.7 % of them hold garbled signs, 1.4 % hold tags, 0.2 % have one length) with some room. Stateless.
 */
final class FaultJudge {
    private static final double LEVEL = 1e-6;
    /** What should not be at all. */
    private static final double NEVER = 0.001;

    private static final double BEYOND = 0.002;
    private static final double SAME = 0.005;
    private static final double SAME_LENGTH = 0.0025;
    private static final double GARBLED = 0.01;
    private static final double TAGS = 0.015;
    /** Lengths and values that are looked at in one window. */
    private static final double LOOKS = 1000;
    /** Binary orders of magnitude from which a value is in another unit: 32. */
    private static final double UNIT = 5;
    /** Above it, it is the pipeline that is behind, and no clock that is wrong. */
    private static final double ALL = 0.5;

    /** Bins on either side that tell a value that comes over and over from many that moved there. */
    private static final int NEAR = 16;

    private static final int NAMED = 5;

    private final long minimumRows;
    private final double usualRepeats;

    /** @param usualRepeats share of the rows that repeats may be, 0 to 1 */
    FaultJudge(long minimumRows, double usualRepeats) {
        this.minimumRows = minimumRows;
        this.usualRepeats = usualRepeats;
    }

    List<FaultReport> faults(WindowCounts window) {
        var counts = window.faults();
        var found = new ArrayList<FaultReport>();
        for (var fault : Fault.values()) {
            switch (fault) {
                case NULLS -> addSeries(found, fault, window, NEVER, i -> counts.nulls(i));
                case UNIT_CHANGE -> addSeries(found, fault, window, BEYOND, i -> inAnotherUnit(window, i));
                case DUPLICATES -> addRepeats(found, counts);
                case TRUNCATION -> addTruncation(found, counts);
                case CONSTANT_COLUMN -> addConstants(found, window);
                case MOJIBAKE -> addRows(found, fault, counts, GARBLED);
                case HTML_IN_TEXT -> addRows(found, fault, counts, TAGS);
                case TYPE_FLIP, EMPTY_TEXT, TIMESTAMP_SKEW, UNKNOWN_CATEGORY, INVALID_EMBEDDING, OTHER_DIMENSION ->
                    addRows(found, fault, counts, NEVER);
            }
        }
        return found;
    }

    private void addRows(List<FaultReport> found, Fault fault, FaultCounts counts, double usual) {
        for (var kind : RowFacts.Kind.values()) {
            long rows = counts.rows(fault, kind);
            long all = counts.rows(kind);
            double pValue = tail(rows, all, usual);
            boolean behind = fault == Fault.TIMESTAMP_SKEW && rows > ALL * all;
            if (pValue < LEVEL && !behind) {
                found.add(new FaultReport(fault, rows, (double) rows / all, pValue, List.of(), counts.examples(fault)));
                return;
            }
        }
    }

    private void addSeries(
            List<FaultReport> found, Fault fault, WindowCounts window, double usual, IntToLongFunction rows) {
        var series = window.profile().series();
        Map<String, Long> worst = new HashMap<>();
        double least = 1;
        long all = 1;
        for (int i = 0; i < series.size(); i++) {
            long count = rows.applyAsLong(i);
            long seen = seen(window, i);
            double pValue = Math.min(1, tail(count, seen, usual) * series.size());
            if (pValue < LEVEL) {
                worst.put(series.get(i).name(), count);
                all = Math.max(all, seen);
            }
            least = Math.min(least, pValue);
        }
        if (!worst.isEmpty()) {
            var names = worst.entrySet().stream()
                    .sorted(Map.Entry.<String, Long>comparingByValue()
                            .reversed()
                            .thenComparing(Map.Entry.comparingByKey()))
                    .map(Map.Entry::getKey)
                    .limit(NAMED)
                    .toList();
            long most = worst.values().stream().max(Long::compare).orElseThrow();
            found.add(new FaultReport(
                    fault,
                    most,
                    Math.min(1, (double) most / all),
                    least,
                    names,
                    window.faults().examples(fault)));
        }
    }

    /** Rows of a series, those without a value included. */
    private static long seen(WindowCounts window, int series) {
        return Math.max(
                window.faults().rows(RowFacts.Kind.INPUT),
                Arrays.stream(window.counts(series)).sum() + window.invalid(series));
    }

    /** Rows whose value lies beyond all of the profile's, if by orders of magnitude. */
    private static long inAnotherUnit(WindowCounts window, int series) {
        var beyond = window.faults().beyond(series);
        long rows = beyond.values().stream().mapToLong(Long::longValue).sum();
        if (rows == 0) {
            return 0;
        }
        double usual = usualExponent(window.profile().series().get(series));
        long below = 0;
        for (var entry : beyond.entrySet()) {
            below += entry.getValue();
            if (2 * below >= rows) {
                return entry.getKey() - usual >= UNIT ? rows : 0;
            }
        }
        return 0;
    }

    /** The median binary exponent of the profile's values that are not 0. */
    private static double usualExponent(SeriesProfile profile) {
        double[] values = profile.grid().values();
        long[] counts = profile.counts();
        var byExponent = new TreeMap<Integer, Long>();
        for (int bin = 0; bin < counts.length; bin++) {
            if (counts[bin] > 0 && Math.abs(values[bin]) > 1e-12) {
                byExponent.merge(Math.getExponent(values[bin]), counts[bin], Long::sum);
            }
        }
        long rows = byExponent.values().stream().mapToLong(Long::longValue).sum();
        long below = 0;
        for (var entry : byExponent.entrySet()) {
            below += entry.getValue();
            if (2 * below >= rows) {
                return entry.getKey();
            }
        }
        return 0;
    }

    private void addRepeats(List<FaultReport> found, FaultCounts counts) {
        long[] contents = counts.contents();
        long all = LongStream.of(contents).sum();
        var repeats = FaultRepeats.of(contents);
        double pValue = tail(repeats.atLeast(), all, usualRepeats);
        if (pValue < LEVEL) {
            found.add(new FaultReport(
                    Fault.DUPLICATES,
                    repeats.rows(),
                    (double) repeats.rows() / all,
                    pValue,
                    List.of("content"),
                    List.of()));
        }
    }

    private record Cut(String where, long rows, double share, double pValue) {}

    private void addTruncation(List<FaultReport> found, FaultCounts counts) {
        long repeats = FaultRepeats.of(counts.contents()).rows();
        var cuts = Stream.of(
                        cut("content_length", counts.contentLengths(), repeats),
                        cut("body_length", counts.bodyLengths(), repeats))
                .filter(cut -> cut.pValue < LEVEL)
                .sorted(Comparator.comparingDouble(Cut::share).reversed())
                .toList();
        if (!cuts.isEmpty()) {
            var worst = cuts.getFirst();
            found.add(new FaultReport(
                    Fault.TRUNCATION,
                    worst.rows,
                    worst.share,
                    cuts.stream().mapToDouble(Cut::pValue).min().orElseThrow(),
                    cuts.stream().map(Cut::where).toList(),
                    List.of()));
        }
    }

    /** The length that most rows have, but for the last, which many lengths share; without as many rows as are repeats. */
    private Cut cut(String part, long[] lengths, long repeats) {
        int most = 0;
        for (int length = 1; length < lengths.length - 1; length++) {
            most = lengths[length] > lengths[most] ? length : most;
        }
        long rows = Math.max(0, lengths[most] - repeats);
        long all = LongStream.of(lengths).sum();
        return new Cut(
                part + " " + most,
                rows,
                all == 0 ? 0 : (double) rows / all,
                Math.min(1, tail(rows, all, SAME_LENGTH) * LOOKS));
    }

    private void addConstants(List<FaultReport> found, WindowCounts window) {
        var counts = window.faults();
        // Rows that are alike for another reason, which has a name already.
        long explained = FaultRepeats.of(counts.contents()).rows()
                + found.stream()
                        .filter(fault -> fault.fault() != Fault.DUPLICATES)
                        .mapToLong(FaultReport::rows)
                        .max()
                        .orElse(0);
        addSeries(
                found,
                Fault.CONSTANT_COLUMN,
                window,
                SAME,
                i -> constant(window.profile().series().get(i), window.counts(i), explained));
    }

    /** The most rows in a bin that had next to none, the outer ones left out, which hold many values. */
    private static long constant(SeriesProfile profile, long[] counts, long explained) {
        if (profile.name().equals(FaultCounts.LABEL)) {
            // More of a label that was rare is drift.
            return 0;
        }
        long[] usual = profile.counts();
        double[] edges = profile.grid().edges();
        var isRare = new boolean[counts.length];
        for (int bin = 1; bin < counts.length - 1; bin++) {
            isRare[bin] = 2.0 * usual[bin] / profile.rows() <= SAME;
        }
        long most = 0;
        for (int bin = 1; bin < counts.length - 1; bin++) {
            if (isRare[bin] && counts[bin] - explained > most) {
                double drifted = 2 * evenly(bin, isRare, edges, usual, counts);
                most = Math.max(most, counts[bin] - explained - Math.round(drifted));
            }
        }
        return most;
    }

    /** Rows that a bin would have if those near to it were spread evenly, over values or as the reference. */
    private static double evenly(int bin, boolean[] isRare, double[] edges, long[] usual, long[] counts) {
        long rows = 0;
        long reference = 0;
        double width = 0;
        for (int near = Math.max(1, bin - NEAR); near <= Math.min(counts.length - 2, bin + NEAR); near++) {
            if (near != bin && isRare[near]) {
                rows += counts[near];
                reference += usual[near];
                width += edges[near] - edges[near - 1];
            }
        }
        return Math.max(
                width > 0 ? rows * (edges[bin] - edges[bin - 1]) / width : 0,
                reference > 0 ? (double) rows * usual[bin] / reference : 0);
    }

    /** Probability of as many rows or more, or 1 if rows are too few to speak of. */
    private double tail(long rows, long all, double usual) {
        if (all < minimumRows || rows <= 0) {
            return 1;
        }
        return usual >= 1
                ? 1
                : BinomialDistribution.of((int) Math.min(all, Integer.MAX_VALUE), usual)
                        .survivalProbability((int) Math.min(rows - 1, Integer.MAX_VALUE - 1));
    }
}
