package dev.millrace.redis;

import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How Redis is asked.
 *
 * @param pause how long Redis is left alone once it failed, before one command tries again, 10 ms to 1 min
 */
@Validated
@ConfigurationProperties("millrace.redis")
record RedisProperties(
        @DefaultValue("1s") @DurationMin(millis = 10) @DurationMax(minutes = 1)
        Duration pause) {}
