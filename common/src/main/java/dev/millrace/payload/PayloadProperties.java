package dev.millrace.payload;

import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Settings of the payload store.
 *
 * @param timeout of one command, which may carry 8 MiB, 10 ms to 20 s; bounded by {@code spring.data.redis.timeout}, too
 */
@Validated
@ConfigurationProperties("millrace.payload")
record PayloadProperties(
        @DefaultValue("2s") @DurationMin(millis = 10) @DurationMax(seconds = 20)
        Duration timeout) {}
