package dev.millrace.drift.stats;

import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * Tests that look at ranks alone, so that no outlier and no unit matters. Ties share the mean of their scores, and the
 * variances are those of random permutations of just these ties; the p-values are the normal law's, two-sided.
 */
public final class RankTests {
    private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

    private RankTests() {}

    /**
     * Mann and Whitney's test of location, with the correction for continuity.
     *
     * @return U of the current rows: how many pairs they win, ties counting half
     */
    public static TestResult mannWhitney(OrderedCounts counts) {
        if (counts.isEmpty()) {
            return TestResult.UNDECIDED;
        }
        double n = counts.referenceTotal();
        double m = counts.currentTotal();
        double total = n + m;
        double wins = wins(counts);
        double ties = 0;
        for (int i = 0; i < counts.size(); i++) {
            double tied = counts.reference(i) + counts.current(i);
            ties += tied * tied * tied - tied;
        }
        double variance = n * m / 12 * (total + 1 - ties / (total * (total - 1)));
        double excess = Math.max(wins, n * m - wins) - n * m / 2 - 0.5;
        return new TestResult(wins, variance > 0 ? twoSided(excess / Math.sqrt(variance)) : 1);
    }

    /**
     * Cliff's delta, the effect size to {@link #mannWhitney}: how much likelier a current row is the greater one of a pair
     * than the smaller, −1 to 1; 0 if a sample is empty.
     */
    public static double cliffsDelta(OrderedCounts counts) {
        return counts.isEmpty() ? 0 : 2 * wins(counts) / ((double) counts.referenceTotal() * counts.currentTotal()) - 1;
    }

    /**
     * Mood's test of scale: whether the current rows lie further out than the others, or nearer to the middle.
     *
     * @return Mood's z, positive if they lie further out
     */
    public static TestResult mood(OrderedCounts counts) {
        if (counts.isEmpty()) {
            return TestResult.UNDECIDED;
        }
        double n = counts.referenceTotal();
        double m = counts.currentTotal();
        double total = n + m;
        double mean = (total * total - 1) / 12;
        double sum = 0;
        double squares = 0;
        double below = 0;
        for (int i = 0; i < counts.size(); i++) {
            double tied = counts.reference(i) + counts.current(i);
            if (tied > 0) {
                // The mean of (rank − middle)² over the ties.
                double centre = below + (tied + 1) / 2 - (total + 1) / 2;
                double score = centre * centre + (tied * tied - 1) / 12 - mean;
                sum += counts.current(i) * score;
                squares += tied * score * score;
                below += tied;
            }
        }
        double variance = n * m / (total * (total - 1)) * squares;
        double z = variance > 0 ? sum / Math.sqrt(variance) : 0;
        return new TestResult(z, twoSided(Math.abs(z)));
    }

    private static double wins(OrderedCounts counts) {
        double wins = 0;
        double below = 0;
        for (int i = 0; i < counts.size(); i++) {
            wins += counts.current(i) * (below + counts.reference(i) / 2.0);
            below += counts.reference(i);
        }
        return wins;
    }

    private static double twoSided(double z) {
        return Math.min(1, 2 * NORMAL.survivalProbability(z));
    }
}
