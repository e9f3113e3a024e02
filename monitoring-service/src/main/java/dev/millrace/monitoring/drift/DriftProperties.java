package dev.millrace.monitoring.drift;

import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Settings of the drift figures.
 *
 * @param windowRows last rows that a figure looks at
 * @param minimumRows rows below which there is no figure, at most {@code windowRows}
 * @param significance probability that a figure is above its threshold at one look though nothing changed
 */
@Validated
@ConfigurationProperties("millrace.monitoring.drift")
public record DriftProperties(
        @DefaultValue("1000") @Min(100) @Max(100_000) int windowRows,
        @DefaultValue("200") @Min(100) @Max(100_000) int minimumRows,

        @DefaultValue("0.001") @DecimalMin("0.000001") @DecimalMax("0.1")
        double significance) {

    public DriftProperties {
        if (minimumRows > windowRows) {
            throw new IllegalArgumentException(
                    "minimum-rows: %d (expected: at most window-rows, %d)".formatted(minimumRows, windowRows));
        }
    }
}
