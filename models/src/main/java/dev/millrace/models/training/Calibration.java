package dev.millrace.models.training;

/**
 * Platt's scaling of log odds (Platt 1999, with his targets that keep clear of 0 and 1), fitted by Newton's method with
 * backtracking as in Lin, Lin and Weng 2007, https://doi.org/10.1007/s10994-007-5018-6.
 *
 * @param slope above 0 for a head that tells the labels apart at all
 */
record Calibration(double slope, double intercept) {
    private static final int MAX_STEPS = 100;
    private static final double SMALLEST_RATE = 1e-10;
    private static final double RIDGE = 1e-12;

    /**
     * Fits what turns log odds into calibrated ones.
     *
     * @param logOdds of mails the head was not trained on
     * @param spam whether each is spam
     */
    static Calibration fit(double[] logOdds, boolean[] spam) {
        double[] targets = targets(spam);
        var current = new Calibration(1, 0);
        double loss = current.loss(logOdds, targets);
        for (int step = 0; step < MAX_STEPS; step++) {
            var direction = current.newtonStep(logOdds, targets);
            double rate = 1;
            var next = current.minus(direction, rate);
            while (!(next.loss(logOdds, targets) <= loss) && rate > SMALLEST_RATE) {
                rate /= 2;
                next = current.minus(direction, rate);
            }
            double nextLoss = next.loss(logOdds, targets);
            if (!(nextLoss < loss)) {
                break;
            }
            current = next;
            loss = nextLoss;
        }
        return current;
    }

    double apply(double logOdds) {
        return slope * logOdds + intercept;
    }

    static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    private static double[] targets(boolean[] spam) {
        int positives = 0;
        for (boolean one : spam) {
            positives += one ? 1 : 0;
        }
        double[] targets = new double[spam.length];
        for (int i = 0; i < targets.length; i++) {
            targets[i] = spam[i] ? (positives + 1.0) / (positives + 2.0) : 1.0 / (spam.length - positives + 2.0);
        }
        return targets;
    }

    /** Cross-entropy of the targets, sum. */
    private double loss(double[] logOdds, double[] targets) {
        double sum = 0;
        for (int i = 0; i < logOdds.length; i++) {
            double x = apply(logOdds[i]);
            // ln(1 + e^x) - t x, without overflow.
            sum += Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))) - targets[i] * x;
        }
        return sum;
    }

    private Calibration newtonStep(double[] logOdds, double[] targets) {
        double g0 = 0;
        double g1 = 0;
        double h00 = RIDGE;
        double h01 = 0;
        double h11 = RIDGE;
        for (int i = 0; i < logOdds.length; i++) {
            double p = sigmoid(apply(logOdds[i]));
            double error = p - targets[i];
            double weight = p * (1 - p);
            g0 += error * logOdds[i];
            g1 += error;
            h00 += weight * logOdds[i] * logOdds[i];
            h01 += weight * logOdds[i];
            h11 += weight;
        }
        double determinant = h00 * h11 - h01 * h01;
        return new Calibration((h11 * g0 - h01 * g1) / determinant, (h00 * g1 - h01 * g0) / determinant);
    }

    private Calibration minus(Calibration step, double rate) {
        return new Calibration(slope - rate * step.slope, intercept - rate * step.intercept);
    }
}
