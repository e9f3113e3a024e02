package dev.millrace.models.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class CalibrationTests {
    @Test
    void findsTheSlopeAndInterceptThatLabelsWereDrawnWith() {
        var random = new Random(11);
        double[] logOdds = new double[20_000];
        boolean[] spam = new boolean[logOdds.length];
        for (int i = 0; i < logOdds.length; i++) {
            logOdds[i] = 4 * random.nextGaussian();
            spam[i] = random.nextDouble() < Calibration.sigmoid(0.5 * logOdds[i] - 1);
        }

        var calibration = Calibration.fit(logOdds, spam);

        assertThat(calibration.slope()).isCloseTo(0.5, within(0.03));
        assertThat(calibration.intercept()).isCloseTo(-1, within(0.06));
    }

    @Test
    void staysFiniteWhereTheLabelsAreSeparable() {
        var calibration = Calibration.fit(new double[] {-30, -20, 20, 30}, new boolean[] {false, false, true, true});

        assertThat(calibration.slope()).isFinite().isPositive();
        assertThat(calibration.intercept()).isFinite();
    }
}
