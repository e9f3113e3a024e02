package dev.millrace.postprocessor;

import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Settings of postprocessing.
 *
 * @param idempotencyWindow how long a second record of the same upload and attempt is recognised, 1 min to 24 h
 * @param resultTtl how long the HTTP API finds a result after its upload's deadline, 1 min to 30 days; longer than
 *     collector remembers the upload's id, so that a Redis that runs out of memory, which takes first what ends first,
 *     never has an id whose result is gone
 */
@Validated
@ConfigurationProperties("millrace.postprocessor")
record PostprocessorProperties(
        @DefaultValue("1h") @NotNull @DurationMin(minutes = 1) @DurationMax(hours = 24)
        Duration idempotencyWindow,

        @DefaultValue("49h") @NotNull @DurationMin(minutes = 1) @DurationMax(days = 30)
        Duration resultTtl) {}
