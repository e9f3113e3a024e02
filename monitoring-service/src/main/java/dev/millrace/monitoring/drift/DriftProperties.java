package dev.millrace.monitoring.drift;

import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Settings of the drift figures.
 *
 * @param window length of a window, in event time, at most a tenth of {@code falseAlarmEvery}
 * @param lateness how long after its window a record may come and still be counted
 * @param minimumRows rows below which nothing is said of a series
 * @param falseAlarmEvery mean time between alerts of a model version if nothing ever drifts
 * @param usualRepeats share of the uploads whose content came before in the window, above which that is a fault
 */
@Validated
@ConfigurationProperties("millrace.monitoring.drift")
public record DriftProperties(
        @DefaultValue("5m") @DurationMin(seconds = 1) @DurationMax(hours = 24)
        Duration window,

        @DefaultValue("10m") @DurationMin(seconds = 1) @DurationMax(hours = 1)
        Duration lateness,

        @DefaultValue("200") @Min(50) @Max(1_000_000) long minimumRows,

        @DefaultValue("90d") @DurationMin(days = 1) @DurationMax(days = 3650)
        Duration falseAlarmEvery,

        @DefaultValue("0.005") @DecimalMin("0") @DecimalMax("1")
        double usualRepeats) {

    /** Above it an alert says nothing. */
    private static final double HIGHEST_LEVEL = 0.1;

    public DriftProperties {
        if (window.toMillis() > HIGHEST_LEVEL * falseAlarmEvery.toMillis()) {
            throw new IllegalArgumentException("window: %s (expected: at most a tenth of false-alarm-every, %s)"
                    .formatted(window, falseAlarmEvery));
        }
    }

    /** Probability that anything is called drifted in a window though nothing changed. */
    double level() {
        return (double) window.toMillis() / falseAlarmEvery.toMillis();
    }
}
