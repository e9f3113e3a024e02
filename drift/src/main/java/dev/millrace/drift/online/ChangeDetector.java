package dev.millrace.drift.online;

/**
 * Watches one stream of numbers from 0 to 1, such as errors (0 or 1), confidences, or how often a latency is above its
 * quantile, and tells when its mean has changed. What the mean was, it learns from the stream itself.
 *
 * <p>It bets: {@code 1 + λ (x − μ)} is 1 on average while the mean is μ, so that its running product grows only if the mean
 * moved in λ's direction; a product below 1 starts anew (E. S. Page: Continuous inspection schemes, Biometrika 41, 1954; for
 * bounded numbers J. Shin, A. Ramdas, A. Rinaldo: E-detectors, New England Journal of Statistics in Data Science 2, 2024).
 * Four bets run side by side: a quarter and half a standard deviation, up and down. The newest 256 to 512 numbers are no part
 * of what it learnt, or a change would hide itself.
 *
 * <p>Takes constant time and allocates nothing. Not safe to share between threads.
 */
public final class ChangeDetector {
    /** What the bets are tuned to, in standard deviations. */
    private static final double[] SHIFTS = {0.25, 0.5};
    /** Products that are an alarm. The larger shift's comes more often by chance, and its bet grows faster where it is right. */
    private static final double[] ALARMS = {11_000, 55_000};
    /** Standard errors by which what was learnt may be wrong. */
    private static final double DOUBT = 1.5;

    private static final int BLOCK = 256;
    /** Numbers before it bets. */
    private static final int LEARNING = 16 * BLOCK;
    /** Older numbers count ever less. */
    private static final double MEMORY = 200_000;

    private static final double LEAST_VARIANCE = 1e-4;

    private final double[] up = new double[SHIFTS.length];
    private final double[] down = new double[SHIFTS.length];
    private final double[] upStake = new double[SHIFTS.length];
    private final double[] downStake = new double[SHIFTS.length];

    private double learnt;
    private double sum;
    private double squares;
    private double high;
    private double low;

    private int blockSize;
    private double blockSum;
    private double blockSquares;
    private double waitingSum;
    private double waitingSquares;
    private boolean waiting;

    /** Whether, and where to, the mean has moved. */
    public enum Change {
        NONE,
        UP,
        DOWN
    }

    /**
     * Takes in the next number. After a change it learns anew.
     *
     * @param x 0 to 1; NaN says nothing, numbers outside are cut
     */
    public Change add(double x) {
        if (Double.isNaN(x)) {
            return Change.NONE;
        }
        double value = Math.clamp(x, 0, 1);
        var change = learnt < LEARNING ? Change.NONE : bet(value);
        if (change != Change.NONE) {
            reset();
        }
        learn(value);
        return change;
    }

    private Change bet(double x) {
        for (int i = 0; i < up.length; i++) {
            up[i] = Math.max(1, up[i]) * (1 + upStake[i] * (x - high));
            down[i] = Math.max(1, down[i]) * (1 - downStake[i] * (x - low));
            if (up[i] > ALARMS[i]) {
                return Change.UP;
            }
            if (down[i] > ALARMS[i]) {
                return Change.DOWN;
            }
        }
        return Change.NONE;
    }

    private void learn(double x) {
        blockSum += x;
        blockSquares += x * x;
        if (++blockSize < BLOCK) {
            return;
        }
        if (waiting) {
            double kept = Math.max(0, Math.min(1, (MEMORY - BLOCK) / Math.max(learnt, 1)));
            learnt = learnt * kept + BLOCK;
            sum = sum * kept + waitingSum;
            squares = squares * kept + waitingSquares;
            aim();
        }
        waiting = true;
        waitingSum = blockSum;
        waitingSquares = blockSquares;
        blockSize = 0;
        blockSum = 0;
        blockSquares = 0;
    }

    /** Sets the stakes by what was learnt; a mean that is known badly is given the benefit of its doubt. */
    private void aim() {
        double mean = sum / learnt;
        double variance = Math.max(squares / learnt - mean * mean, LEAST_VARIANCE);
        double deviation = Math.sqrt(variance);
        double doubt = DOUBT * deviation / Math.sqrt(learnt);
        high = Math.min(1, mean + doubt);
        low = Math.max(0, mean - doubt);
        for (int i = 0; i < SHIFTS.length; i++) {
            double stake = SHIFTS[i] / deviation;
            // Less than what a single number could take all with.
            upStake[i] = Math.min(stake, 0.9 / Math.max(high, 1e-9));
            downStake[i] = Math.min(stake, 0.9 / Math.max(1 - low, 1e-9));
        }
    }

    private void reset() {
        for (int i = 0; i < up.length; i++) {
            up[i] = 1;
            down[i] = 1;
        }
        learnt = 0;
        sum = 0;
        squares = 0;
        blockSize = 0;
        blockSum = 0;
        blockSquares = 0;
        waiting = false;
    }
}
