package dev.millrace.collector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.unit.DataSize;

class CollectorPropertiesTests {
    private final ApplicationContextRunner runner = new ApplicationContextRunner().withUserConfiguration(Enabled.class);

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(CollectorProperties.class)
    static class Enabled {}

    @Test
    void hasDefaults() {
        runner.run(context -> assertThat(context.getBean(CollectorProperties.class))
                .isEqualTo(new CollectorProperties(
                        "spam",
                        DataSize.ofMegabytes(2),
                        DataSize.ofMegabytes(16),
                        DataSize.ofKilobytes(256),
                        Duration.ofHours(24),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(36),
                        Duration.ofMillis(100),
                        Duration.ofSeconds(1),
                        Duration.ofHours(24),
                        Duration.ofHours(48),
                        256)));
    }

    @Test
    void mapsEveryProperty() {
        runner.withPropertyValues(
                        "millrace.collector.default-pipeline=ham",
                        "millrace.collector.max-json-body=1MB",
                        "millrace.collector.max-buffered-bodies=4MB",
                        "millrace.collector.inline-limit=2KB",
                        "millrace.collector.payload-retention=3h",
                        "millrace.collector.body-timeout=5s",
                        "millrace.collector.send-timeout=6s",
                        "millrace.collector.store-timeout=7ms",
                        "millrace.collector.lookup-timeout=12s",
                        "millrace.collector.result-retention=9h",
                        "millrace.collector.reservation-retention=10h",
                        "millrace.collector.max-waiters=11")
                .run(context -> assertThat(context.getBean(CollectorProperties.class))
                        .isEqualTo(new CollectorProperties(
                                "ham",
                                DataSize.ofMegabytes(1),
                                DataSize.ofMegabytes(4),
                                DataSize.ofKilobytes(2),
                                Duration.ofHours(3),
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(6),
                                Duration.ofMillis(7),
                                Duration.ofSeconds(12),
                                Duration.ofHours(9),
                                Duration.ofHours(10),
                                11)));
    }

    @ParameterizedTest
    @CsvSource({
        "default-pipeline, Spam, defaultPipeline",
        "max-json-body, 1023B, max-json-body",
        "max-json-body, 9MB, max-json-body",
        "max-buffered-bodies, 1MB, max-buffered-bodies",
        "max-buffered-bodies, 2GB, max-buffered-bodies",
        "inline-limit, 1023B, inline-limit",
        "inline-limit, 513KB, inline-limit",
        "payload-retention, 59s, payloadRetention",
        "payload-retention, 31d, payloadRetention",
        "body-timeout, 999ms, bodyTimeout",
        "body-timeout, 11m, bodyTimeout",
        "send-timeout, 999ms, sendTimeout",
        "send-timeout, 6m, sendTimeout",
        "store-timeout, 0ms, storeTimeout",
        "store-timeout, 6s, storeTimeout",
        "lookup-timeout, 0ms, lookupTimeout",
        "lookup-timeout, 31s, lookupTimeout",
        "result-retention, 59s, resultRetention",
        "result-retention, 31d, reservation-retention",
        "reservation-retention, 24h, reservation-retention",
        "reservation-retention, 61d, reservationRetention",
        "max-waiters, -1, maxWaiters",
        "max-waiters, 100001, maxWaiters"
    })
    void refuses(String name, String value, String named) {
        runner.withPropertyValues("millrace.collector." + name + "=" + value)
                .run(context -> assertThat(context).getFailure().satisfies(failure -> assertThat(causes(failure))
                        .contains(named)));
    }

    @Test
    void refusesASendTimeoutThatTheProducerMayOutlast() {
        var producer = Map.<String, Object>of("max.block.ms", "5000", "delivery.timeout.ms", 30_000);

        CollectorConfiguration.requireLonger(Duration.ofMillis(35_001), producer);
        assertThatIllegalStateException()
                .isThrownBy(() -> CollectorConfiguration.requireLonger(Duration.ofSeconds(35), producer))
                .withMessageContaining("send-timeout");
        assertThatIllegalStateException()
                .isThrownBy(() -> CollectorConfiguration.requireLonger(Duration.ofMinutes(3), Map.of()));
    }

    private static String causes(Throwable failure) {
        var text = new StringBuilder();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            text.append(cause).append('\n');
        }
        return text.toString();
    }
}
