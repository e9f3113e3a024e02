package dev.millrace.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.monitoring.drift.DriftProperties;
import dev.millrace.monitoring.lane.LaneProperties;
import dev.millrace.monitoring.live.LiveProperties;
import dev.millrace.monitoring.trial.TrialProperties;
import dev.millrace.monitoring.webhook.WebhookProperties;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class PropertiesTests {
    private final ApplicationContextRunner runner =
            new ApplicationContextRunner().withUserConfiguration(Settings.class);

    @EnableConfigurationProperties({
        MonitoringProperties.class,
        DriftProperties.class,
        LaneProperties.class,
        LiveProperties.class,
        TrialProperties.class,
        WebhookProperties.class
    })
    private static final class Settings {}

    @Test
    void haveDefaults() {
        runner.run(context -> {
            assertThat(context.getBean(MonitoringProperties.class)).isEqualTo(new MonitoringProperties(25));
            assertThat(context.getBean(DriftProperties.class))
                    .isEqualTo(new DriftProperties(
                            Duration.ofMinutes(5), Duration.ofMinutes(10), 200, Duration.ofDays(90), 0.005));
            assertThat(context.getBean(LiveProperties.class)).isEqualTo(new LiveProperties(32));
            assertThat(context.getBean(TrialProperties.class)).isEqualTo(new TrialProperties(null));
            assertThat(context.getBean(LaneProperties.class))
                    .isEqualTo(
                            new LaneProperties(Duration.ofSeconds(2), Duration.ofSeconds(5), Duration.ofSeconds(30)));
            assertThat(context.getBean(WebhookProperties.class))
                    .isEqualTo(new WebhookProperties(null, Duration.ofSeconds(5), Duration.ofHours(24)));
        });
    }

    @Test
    void areAllMapped() {
        runner.withPropertyValues(
                        "millrace.monitoring.recent-results=7",
                        "millrace.monitoring.drift.window=1m",
                        "millrace.monitoring.drift.lateness=2m",
                        "millrace.monitoring.drift.minimum-rows=150",
                        "millrace.monitoring.drift.false-alarm-every=30d",
                        "millrace.monitoring.drift.usual-repeats=0.3",
                        "millrace.monitoring.lane.interval=1s",
                        "millrace.monitoring.lane.timeout=3s",
                        "millrace.monitoring.lane.stalled-after=5m",
                        "millrace.monitoring.live.subscribers=3",
                        "millrace.monitoring.collector-url=http://collector:8080",
                        "millrace.monitoring.webhook.url=HTTPS://pager.example/alerts",
                        "millrace.monitoring.webhook.timeout=2s",
                        "millrace.monitoring.webhook.give-up-after=1h")
                .run(context -> {
                    assertThat(context.getBean(LiveProperties.class)).isEqualTo(new LiveProperties(3));
                    assertThat(context.getBean(TrialProperties.class))
                            .isEqualTo(new TrialProperties(URI.create("http://collector:8080")));
                    assertThat(context.getBean(MonitoringProperties.class)).isEqualTo(new MonitoringProperties(7));
                    assertThat(context.getBean(DriftProperties.class))
                            .isEqualTo(new DriftProperties(
                                    Duration.ofMinutes(1), Duration.ofMinutes(2), 150, Duration.ofDays(30), 0.3));
                    assertThat(context.getBean(LaneProperties.class))
                            .isEqualTo(new LaneProperties(
                                    Duration.ofSeconds(1), Duration.ofSeconds(3), Duration.ofMinutes(5)));
                    assertThat(context.getBean(WebhookProperties.class))
                            .isEqualTo(new WebhookProperties(
                                    URI.create("https://pager.example/alerts"),
                                    Duration.ofSeconds(2),
                                    Duration.ofHours(1)));
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "millrace.monitoring.recent-results=0",
                "millrace.monitoring.recent-results=501",
                "millrace.monitoring.drift.window=0s",
                "millrace.monitoring.drift.window=25h",
                "millrace.monitoring.drift.lateness=0s",
                "millrace.monitoring.drift.lateness=2h",
                "millrace.monitoring.drift.minimum-rows=49",
                "millrace.monitoring.drift.minimum-rows=1000001",
                "millrace.monitoring.drift.false-alarm-every=1h",
                "millrace.monitoring.drift.false-alarm-every=4000d",
                "millrace.monitoring.drift.usual-repeats=-0.1",
                "millrace.monitoring.drift.usual-repeats=1.1",
                "millrace.monitoring.drift.window=24h,millrace.monitoring.drift.false-alarm-every=1d",
                "millrace.monitoring.lane.interval=0s",
                "millrace.monitoring.lane.interval=2m",
                "millrace.monitoring.lane.timeout=0s",
                "millrace.monitoring.lane.timeout=2m",
                "millrace.monitoring.lane.stalled-after=0s",
                "millrace.monitoring.lane.stalled-after=25h",
                "millrace.monitoring.live.subscribers=0",
                "millrace.monitoring.live.subscribers=1001",
                "millrace.monitoring.collector-url=collector:8080",
                "millrace.monitoring.collector-url=file:///etc/passwd",
                "millrace.monitoring.webhook.url=pager.example",
                "millrace.monitoring.webhook.url=ftp://pager.example/",
                "millrace.monitoring.webhook.url=https://user:secret@pager.example/",
                "millrace.monitoring.webhook.url=http:/alerts",
                "millrace.monitoring.webhook.timeout=1ms",
                "millrace.monitoring.webhook.timeout=2m",
                "millrace.monitoring.webhook.give-up-after=1s",
                "millrace.monitoring.webhook.give-up-after=15d"
            })
    void refuseWhatIsOutOfRange(String property) {
        runner.withPropertyValues(property.split(","))
                .run(context -> assertThat(context).hasFailed());
    }
}
