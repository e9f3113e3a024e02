package dev.millrace.collector;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Settings of the collector.
 *
 * @param defaultPipeline the pipeline of uploads that name none; must be in the model repository
 * @param maxJsonBody largest JSON request body, 1 KB to 8 MB; JSON may write one byte of content in six
 * @param maxBufferedBodies memory for the bodies of all requests and the records made of them, at least twice
 *     {@code maxJsonBody}, at most 1 GB
 * @param inlineLimit largest content that travels in its record, 1 KB to 512 KB; a larger one goes to the payload store
 * @param payloadRetention how long a stored content is kept after its upload's deadline, for replays, 1 min to 30 d
 * @param bodyTimeout how long one body may take to arrive, 1 s to 10 min
 * @param sendTimeout how long a request waits for Kafka's acknowledgement, 1 s to 5 min; longer than the producer's
 *     {@code max.block.ms} and {@code delivery.timeout.ms} together
 * @param storeTimeout how long one Redis command may take while an upload is accepted, 1 ms to 5 s
 * @param lookupTimeout how long one may take while an upload is asked for, 1 ms to 30 s
 * @param resultRetention how long after its deadline an upload without a result is called gone, 1 min to 30 d; results
 *     are kept for at least as long
 * @param reservationRetention how long an upload's id is remembered after its deadline, longer than
 *     {@code resultRetention}, at most 60 d
 * @param maxWaiters requests that may wait for a result at one time, 0 to 100,000, fewer than {@code
 *     server.tomcat.max-connections}; more are answered without waiting
 */
@Validated
@ConfigurationProperties("millrace.collector")
record CollectorProperties(
        @DefaultValue("spam") @Pattern(regexp = "[a-z][a-z0-9-]{0,63}")
        String defaultPipeline,

        @DefaultValue("2MB") DataSize maxJsonBody,
        @DefaultValue("16MB") DataSize maxBufferedBodies,
        @DefaultValue("256KB") DataSize inlineLimit,

        @DefaultValue("24h") @DurationMin(minutes = 1) @DurationMax(days = 30)
        Duration payloadRetention,

        @DefaultValue("30s") @DurationMin(seconds = 1) @DurationMax(minutes = 10)
        Duration bodyTimeout,

        @DefaultValue("36s") @DurationMin(seconds = 1) @DurationMax(minutes = 5)
        Duration sendTimeout,

        @DefaultValue("100ms") @DurationMin(millis = 1) @DurationMax(seconds = 5)
        Duration storeTimeout,

        @DefaultValue("1s") @DurationMin(millis = 1) @DurationMax(seconds = 30)
        Duration lookupTimeout,

        @DefaultValue("24h") @DurationMin(minutes = 1) @DurationMax(days = 30)
        Duration resultRetention,

        @DefaultValue("48h") @DurationMax(days = 60) Duration reservationRetention,
        @DefaultValue("256") @Min(0) @Max(100_000) int maxWaiters) {

    CollectorProperties {
        requireRange("max-json-body", maxJsonBody, DataSize.ofKilobytes(1), DataSize.ofMegabytes(8));
        requireRange(
                "max-buffered-bodies",
                maxBufferedBodies,
                DataSize.ofBytes(2 * maxJsonBody.toBytes()),
                DataSize.ofGigabytes(1));
        requireRange("inline-limit", inlineLimit, DataSize.ofKilobytes(1), DataSize.ofKilobytes(512));
        if (reservationRetention.compareTo(resultRetention) <= 0) {
            throw new IllegalArgumentException("reservation-retention: %s (expected: more than result-retention, %s)"
                    .formatted(reservationRetention, resultRetention));
        }
    }

    private static void requireRange(String name, DataSize value, DataSize least, DataSize most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException("%s: %s (expected: %s to %s)".formatted(name, value, least, most));
        }
    }
}
