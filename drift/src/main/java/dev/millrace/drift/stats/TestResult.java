package dev.millrace.drift.stats;

/**
 * What a test found.
 *
 * @param statistic of the test, or NaN if there was nothing to compare
 * @param pValue probability of at least this statistic if both samples have one law, 0 to 1
 */
public record TestResult(double statistic, double pValue) {
    /** Of an empty sample: nothing speaks against one law. */
    public static final TestResult UNDECIDED = new TestResult(Double.NaN, 1);

    public TestResult {
        if (!(pValue >= 0 && pValue <= 1)) {
            throw new IllegalArgumentException("pValue: %s (expected: 0 to 1)".formatted(pValue));
        }
    }
}
