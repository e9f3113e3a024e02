package dev.millrace.feature;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
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
        context.run(started -> assertThat(started.getBean(FeatureProperties.class))
                .isEqualTo(new FeatureProperties("auto", 2, Set.of())));
    }

    @Test
    void mapsEveryProperty() {
        context.withPropertyValues(
                        "millrace.feature.precision=fp32",
                        "millrace.feature.workers=7",
                        "millrace.feature.bulk-pipelines=a,b")
                .run(started -> assertThat(started.getBean(FeatureProperties.class))
                        .isEqualTo(new FeatureProperties("fp32", 7, Set.of("a", "b"))));
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
