package dev.millrace.inference;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

class InferencePropertiesTests {
    private final ApplicationContextRunner context =
            new ApplicationContextRunner().withUserConfiguration(Settings.class);

    @Test
    void hasDefaults() {
        context.run(started ->
                assertThat(started.getBean(InferenceProperties.class)).isEqualTo(new InferenceProperties(1)));
    }

    @Test
    void mapsEveryProperty() {
        context.withPropertyValues("millrace.inference.workers=7")
                .run(started ->
                        assertThat(started.getBean(InferenceProperties.class)).isEqualTo(new InferenceProperties(7)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"workers=0", "workers=257"})
    void refusesAValueOutOfRange(String setting) {
        context.withPropertyValues("millrace.inference." + setting)
                .run(started -> assertThat(started).hasFailed());
    }

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(InferenceProperties.class)
    static class Settings {}
}
