package dev.millrace.monitoring;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Settings of the page.
 *
 * @param recentResults how many of the last results it shows
 */
@Validated
@ConfigurationProperties("millrace.monitoring")
record MonitoringProperties(
        @DefaultValue("25") @Min(1) @Max(500) int recentResults) {}
