package dev.millrace.drift.window;

import dev.millrace.drift.embedding.DomainClassifier;
import dev.millrace.drift.embedding.FrechetDistance;
import dev.millrace.drift.embedding.MeanDiscrepancy;
import dev.millrace.drift.profile.EmbeddingProfile;
import dev.millrace.drift.window.SeriesReport.State;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Compares a window's sample of embeddings with the profile's. The classifier and the mean discrepancy share the false alarms in halves;
 * they are one entry beside the series. Safe to share between threads.
 */
final class EmbeddingJudge {
    private static final double CLASSIFIER = 0.5;
    private static final double DISCREPANCY = 0.5;
    private static final int PERMUTATIONS = 999;
    /** In the sample: with fewer the classifier's halves say next to nothing. */
    private static final int LEAST = 100;

    private static final int EXAMPLES = 10;
    private static final int DIMENSIONS = 5;
    private static final int KEPT = 4;

    private final long minimumRows;
    /** Of the references that were asked for last: they take a second to make, and 3 MiB at 384 elements, 12 MiB at 1,024. */
    private final Map<EmbeddingProfile, Tests> tests =
            Collections.synchronizedMap(new LinkedHashMap<>(KEPT, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<EmbeddingProfile, Tests> eldest) {
                    return size() > KEPT;
                }
            });

    private record Tests(MeanDiscrepancy discrepancy, DomainClassifier classifier, FrechetDistance frechet) {
        static Tests of(EmbeddingProfile profile) {
            var rows = profile.rows();
            return new Tests(new MeanDiscrepancy(rows), new DomainClassifier(rows), new FrechetDistance(rows));
        }
    }

    /**
     * What the tests said.
     *
     * @param pValue of both together
     * @param unlike ids of rows, those that the classifier tells the best from the reference's first
     */
    record Found(EmbeddingSample sample, double pValue, EmbeddingReport report, List<String> unlike) {
        SeriesReport series(double adjusted, boolean drifted, double share) {
            return new SeriesReport(
                    EmbeddingProfile.NAME,
                    drifted ? State.DRIFTED : State.STABLE,
                    sample.seen(),
                    sample.invalid(),
                    report.area(),
                    pValue,
                    adjusted,
                    2 * report.area() - 1,
                    null,
                    share,
                    drifted ? unlike : List.of(),
                    report);
        }
    }

    EmbeddingJudge(long minimumRows) {
        this.minimumRows = minimumRows;
    }

    /** Tests a window, unless it has too few embeddings. */
    Optional<Found> look(String model, Instant start, EmbeddingProfile profile, EmbeddingSample sample) {
        var sampled = sample.rows();
        if (sample.seen() < minimumRows || sampled.size() < LEAST) {
            return Optional.empty();
        }
        var known = tests.computeIfAbsent(profile, Tests::of);
        var rows = sampled.stream().map(EmbeddingSample.Row::floats).toArray(float[][]::new);
        var found = known.classifier().test(rows);
        var discrepancy = known.discrepancy().test(rows, PERMUTATIONS, seed(model, start));
        double pValue = Math.min(found.test().pValue() / CLASSIFIER, discrepancy.pValue() / DISCREPANCY);
        var report = new EmbeddingReport(
                rows.length,
                profile.size(),
                found.test().statistic(),
                found.test().pValue(),
                discrepancy.statistic(),
                discrepancy.pValue(),
                known.frechet().of(rows),
                greatest(found.shares(), DIMENSIONS)
                        .mapToObj(i -> new EmbeddingReport.Dimension(i, found.shares()[i]))
                        .toList());
        var unlike = greatest(found.scores(), EXAMPLES)
                .mapToObj(i -> sampled.get(i).id().toString())
                .toList();
        return Optional.of(new Found(sample, Math.min(1, pValue), report, unlike));
    }

    /** Where the greatest values stand, the greatest first. */
    private static IntStream greatest(double[] values, int count) {
        return IntStream.range(0, values.length)
                .boxed()
                .sorted(Comparator.<Integer>comparingDouble(i -> -values[i]).thenComparing(Comparator.naturalOrder()))
                .limit(count)
                .mapToInt(Integer::intValue);
    }

    /** The same for a window wherever it is judged. */
    private static long seed(String model, Instant start) {
        return 0x9E3779B97F4A7C15L * model.hashCode() ^ start.toEpochMilli();
    }
}
