package dev.millrace.feature;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.util.Set;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Settings of feature extraction.
 *
 * @param precision of the encoder: {@code fp32}, {@code bf16}, or {@code auto} for what is fastest here
 * @param workers threads that run the encoder, one token batch each, 1 to 256
 * @param bulkPipelines names of pipelines whose texts yield to those of the others where several lanes meet at the encoder
 */
@Validated
@ConfigurationProperties("millrace.feature")
record FeatureProperties(
        @DefaultValue("auto") @NotNull @Pattern(regexp = "auto|fp32|bf16")
        String precision,

        @DefaultValue("2") @Min(1) @Max(256) int workers,
        @DefaultValue Set<String> bulkPipelines) {
    FeatureProperties {
        bulkPipelines = Set.copyOf(bulkPipelines);
    }
}
