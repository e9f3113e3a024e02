package dev.millrace.stage;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Settings of the stage runtime.
 *
 * @param concurrency consumers of this process, 1 to 64; more than there are lanes stay idle
 * @param maxBatch records of one poll that need work, 1 to 5000; those that were settled before, or have expired, come
 *     on top
 * @param maxPollSize values of one poll in memory, 1 MB to 1 GB; see {@link PollLimit}
 * @param staticMembership whether a restart under the same instance name gets its lanes back at once, instead of after
 *     the session timeout; only where instance names are stable
 * @param callTimeout longest call of the stage's function, 1 s to 4 min, below {@code max.poll.interval.ms} (5 min); a
 *     longer one ends the process, see {@link WatchedFunction}
 * @param initialBackoff first wait after a failure, at most 30 s
 * @param maxBackoff longest wait after failures in a row, at most 30 s
 */
@Validated
@ConfigurationProperties("millrace.stage")
record StageProperties(
        @DefaultValue("1") @Min(1) @Max(64) int concurrency,
        @DefaultValue("256") @Min(1) @Max(5000) int maxBatch,
        @DefaultValue("32MB") @NotNull DataSize maxPollSize,
        @DefaultValue("false") boolean staticMembership,

        @DefaultValue("60s") @NotNull @DurationMin(seconds = 1) @DurationMax(minutes = 4)
        Duration callTimeout,

        @DefaultValue("100ms") @NotNull @DurationMin(millis = 1) @DurationMax(seconds = 30)
        Duration initialBackoff,

        @DefaultValue("5s") @NotNull @DurationMin(millis = 1) @DurationMax(seconds = 30)
        Duration maxBackoff) {
    StageProperties {
        if (maxPollSize.compareTo(DataSize.ofMegabytes(1)) < 0 || maxPollSize.compareTo(DataSize.ofGigabytes(1)) > 0) {
            throw new IllegalArgumentException("max-poll-size: %s (expected: 1MB to 1GB)".formatted(maxPollSize));
        }
    }
}
