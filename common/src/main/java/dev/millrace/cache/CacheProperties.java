package dev.millrace.cache;

import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Settings of the caches.
 *
 * @param enabled whether anything is cached
 * @param memory of the values that one cache holds in this process, at least 64 KiB
 * @param timeToLive how long Redis keeps a value after it was last asked for, on average, 1 s to 30 days; less than
 *     contents, results and reservations live, since a Redis that is short of memory takes first what ends first
 * @param jitter share by which each time to live is longer or shorter at random, 0 to 0.5
 * @param redisTimeout of a round trip, after which values are computed, 1 ms to 1 s
 * @param lease whether only one replica computes what several miss at once, if that takes 50 ms or more, while the others
 *     wait for it
 * @param scope who shares values: {@code tenant} keeps each tenant's apart, so that none learns from the time of an answer
 *     what another has sent; {@code shared} finds more
 */
@Validated
@ConfigurationProperties("millrace.cache")
public record CacheProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("32MB") @NotNull DataSize memory,

        @DefaultValue("6h") @NotNull @DurationMin(seconds = 1) @DurationMax(days = 30)
        Duration timeToLive,

        @DefaultValue("0.1") @DecimalMin("0") @DecimalMax("0.5")
        double jitter,

        @DefaultValue("25ms") @NotNull @DurationMin(millis = 1) @DurationMax(seconds = 1)
        Duration redisTimeout,

        @DefaultValue("false") boolean lease,

        @DefaultValue("tenant") @NotNull Scope scope) {

    private static final DataSize LEAST_MEMORY = DataSize.ofKilobytes(64);

    public CacheProperties {
        if (memory.compareTo(LEAST_MEMORY) < 0) {
            throw new IllegalArgumentException(
                    "millrace.cache.memory: %s (expected: %s or more)".formatted(memory, LEAST_MEMORY));
        }
    }

    /** Who shares values. */
    public enum Scope {
        TENANT,
        SHARED;

        /** The component of a key that keeps apart what this scope keeps apart. */
        public String of(String tenant) {
            return switch (this) {
                case TENANT -> "tenant/" + tenant;
                case SHARED -> "shared";
            };
        }
    }
}
