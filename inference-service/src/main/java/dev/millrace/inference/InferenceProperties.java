package dev.millrace.inference;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Settings of inference.
 *
 * @param workers threads that run each model, 1 to 256
 */
@Validated
@ConfigurationProperties("millrace.inference")
record InferenceProperties(
        @DefaultValue("1") @Min(1) @Max(256) int workers) {}
