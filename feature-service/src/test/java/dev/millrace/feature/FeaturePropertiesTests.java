package dev.millrace.feature;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

class FeaturePropertiesTests {
    private final ApplicationContextRunner context =
            new ApplicationContextRunner().withUserConfiguration(Settings.class);

    @Test
    void hasDefaults() {
        context.run(started ->
                assertThat(started.getBean(FeatureProperties.class)).isEqualTo(new FeatureProperties("auto", 2)));
    }

    @Test
    void mapsEveryProperty() {
        context.withPropertyValues("millrace.feature.precision=fp32", "millrace.feature.workers=7")
                .run(started -> assertThat(started.getBean(FeatureProperties.class))
                        .isEqualTo(new FeatureProperties("fp32", 7)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"precision=int4", "workers=0", "workers=257"})
    void refusesAValueOutOfRange(String setting) {
        context.withPropertyValues("millrace.feature." + setting)
                .run(started -> assertThat(started).hasFailed());
    }

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(FeatureProperties.class)
    static class Settings {}
}
