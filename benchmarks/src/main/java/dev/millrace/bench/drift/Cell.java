package dev.millrace.bench.drift;

import java.util.SplittableRandom;

/**
 * One cell of the table: many windows, each against a reference of its own, since windows that share one share its luck.
 *
 * @param law of the reference
 * @param rows of a window
 * @param mean of the windows, in standard deviations
 * @param deviation of the windows, in standard deviations
 */
public record Cell(Law law, int rows, double mean, double deviation) {
    private static final int REFERENCE = 5000;

    /** Shares of the windows, in percent, whose p-value is at most each level. */
    public double[] alarms(Detector detector, int windows, long seed, double... levels) {
        var random = new SplittableRandom(seed);
        var alarms = new double[levels.length];
        for (int window = 0; window < windows; window++) {
            double pValue =
                    detector.pValue(law.sample(random, REFERENCE, 0, 1), law.sample(random, rows, mean, deviation));
            for (int i = 0; i < levels.length; i++) {
                alarms[i] += pValue <= levels[i] ? 100.0 / windows : 0;
            }
        }
        return alarms;
    }
}
