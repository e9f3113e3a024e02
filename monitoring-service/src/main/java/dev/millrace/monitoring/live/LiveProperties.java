package dev.millrace.monitoring.live;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Settings of what is sent as it changes.
 *
 * @param subscribers pages that may listen at a time; the others ask now and then
 */
@Validated
@ConfigurationProperties("millrace.monitoring.live")
public record LiveProperties(
        @DefaultValue("32") @Min(1) @Max(1000) int subscribers) {}
