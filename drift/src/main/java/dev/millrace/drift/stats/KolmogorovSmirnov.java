package dev.millrace.drift.stats;

import java.util.Arrays;

/**
 * The two-sided two-sample Kolmogorov–Smirnov test: the greatest distance of two empirical distribution functions.
 *
 * <p>The p-value is exact for samples without ties, and too large, thus on the safe side, with them. It is the share of
 * lattice paths from (0, 0) to (n, m) that leave the band in which the distance stays smaller than the one seen; only the
 * band is walked, and all terms are positive, so that small p-values are as exact as large ones. Where the band has too
 * many points for that, Kolmogorov's limit takes its place.
 */
public final class KolmogorovSmirnov {
    /** Points of the band up to which it is walked: some 50 ms. */
    private static final double MOST_POINTS = 2e7;

    private KolmogorovSmirnov() {}

    /** Runs the test. The statistic is from 0 to 1. */
    public static TestResult test(OrderedCounts counts) {
        if (counts.isEmpty()) {
            return TestResult.UNDECIDED;
        }
        long n = counts.referenceTotal();
        long m = counts.currentTotal();
        long scaled = scaledDistance(counts);
        double distance = (double) scaled / n / m;
        double pValue = 2.0 * scaled <= MOST_POINTS ? exact(scaled, n, m) : limit(distance, n, m);
        return new TestResult(distance, Math.clamp(pValue, 0, 1));
    }

    /** The distance times n times m, which is a whole number. */
    private static long scaledDistance(OrderedCounts counts) {
        long n = counts.referenceTotal();
        long m = counts.currentTotal();
        long below = 0;
        long greatest = 0;
        for (int i = 0; i < counts.size(); i++) {
            below += counts.reference(i) * m - counts.current(i) * n;
            greatest = Math.max(greatest, Math.abs(below));
        }
        return greatest;
    }

    /** The probability that a random path reaches |i/n − j/m| ≥ scaled / (n m). */
    private static double exact(long scaled, long n, long m) {
        if (scaled == 0) {
            return 1;
        }
        // Probability that a random path to (i, j) has left the band; 1 outside of it.
        var left = new double[(int) m + 1];
        Arrays.fill(left, 1);
        for (long i = 0; i <= n; i++) {
            int first = (int) Math.max(0, Math.floorDiv(i * m - scaled, n) + 1);
            int last = (int) Math.min(m, Math.floorDiv(i * m + scaled - 1, n));
            for (int j = first; j <= last; j++) {
                double before = j > first ? left[j - 1] : 1;
                left[j] = i + j == 0 ? 0 : (i * left[j] + j * (j == 0 ? 0 : before)) / (i + j);
            }
        }
        return left[(int) m];
    }

    /** Kolmogorov's limit with the first term of its expansion in the rows. */
    private static double limit(double distance, long n, long m) {
        double rows = (double) n * m / (n + m);
        double x = distance * Math.sqrt(rows) + 1 / (6 * Math.sqrt(rows));
        double sum = 0;
        for (int k = 1; k <= 100; k++) {
            double term = Math.exp(-2 * k * k * x * x);
            sum += k % 2 == 1 ? term : -term;
            if (term < 1e-17 * Math.abs(sum)) {
                break;
            }
        }
        return 2 * sum;
    }
}
