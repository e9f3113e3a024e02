package dev.millrace.postprocessor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

class PostprocessorPropertiesTests {
    private final ApplicationContextRunner context =
            new ApplicationContextRunner().withUserConfiguration(Settings.class);

    @Test
    void hasDefaults() {
        context.run(started -> assertThat(started.getBean(PostprocessorProperties.class))
                .isEqualTo(new PostprocessorProperties(Duration.ofHours(1), Duration.ofHours(49))));
    }

    @Test
    void mapsEveryProperty() {
        context.withPropertyValues(
                        "millrace.postprocessor.idempotency-window=2h", "millrace.postprocessor.result-ttl=3d")
                .run(started -> assertThat(started.getBean(PostprocessorProperties.class))
                        .isEqualTo(new PostprocessorProperties(Duration.ofHours(2), Duration.ofDays(3))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"idempotency-window=59s", "idempotency-window=25h", "result-ttl=1s", "result-ttl=31d"})
    void refusesAValueOutOfRange(String setting) {
        context.withPropertyValues("millrace.postprocessor." + setting)
                .run(started -> assertThat(started).hasFailed());
    }

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(PostprocessorProperties.class)
    static class Settings {}
}
