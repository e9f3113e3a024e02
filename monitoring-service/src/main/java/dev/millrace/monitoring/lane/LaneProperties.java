package dev.millrace.monitoring.lane;

import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Settings of the look at the lanes.
 *
 * @param interval time between two looks
 * @param timeout how long one answer of Kafka may take
 * @param stalledAfter how long uploads may wait without any result on their lane before it counts as stalled
 */
@Validated
@ConfigurationProperties("millrace.monitoring.lane")
public record LaneProperties(
        @DefaultValue("2s") @NotNull @DurationMin(millis = 100) @DurationMax(minutes = 1)
        Duration interval,

        @DefaultValue("5s") @NotNull @DurationMin(millis = 100) @DurationMax(minutes = 1)
        Duration timeout,

        @DefaultValue("30s") @NotNull @DurationMin(seconds = 1) @DurationMax(hours = 24)
        Duration stalledAfter) {}
