package dev.millrace.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.Map;
import org.hibernate.validator.messageinterpolation.ParameterMessageInterpolator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.validation.ValidationBindHandler;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.beanvalidation.LocalValidatorFactoryBean;

class StagePropertiesTests {
    private static StageProperties bind(Map<String, String> properties) {
        var validator = new LocalValidatorFactoryBean();
        validator.setMessageInterpolator(new ParameterMessageInterpolator());
        validator.afterPropertiesSet();
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate(
                        "millrace.stage",
                        org.springframework.boot.context.properties.bind.Bindable.of(StageProperties.class),
                        new ValidationBindHandler(validator));
    }

    @Test
    void hasDefaults() {
        assertThat(bind(Map.of()))
                .isEqualTo(new StageProperties(
                        1,
                        256,
                        DataSize.ofMegabytes(32),
                        false,
                        Duration.ofMinutes(1),
                        Duration.ofMillis(100),
                        Duration.ofSeconds(5)));
    }

    @Test
    void mapsEveryProperty() {
        var properties = Map.of(
                "millrace.stage.concurrency", "2",
                "millrace.stage.max-batch", "32",
                "millrace.stage.max-poll-size", "64MB",
                "millrace.stage.static-membership", "true",
                "millrace.stage.call-timeout", "20s",
                "millrace.stage.initial-backoff", "1s",
                "millrace.stage.max-backoff", "30s");

        assertThat(bind(properties))
                .isEqualTo(new StageProperties(
                        2,
                        32,
                        DataSize.ofMegabytes(64),
                        true,
                        Duration.ofSeconds(20),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(30)));
    }

    @ParameterizedTest
    @CsvSource({
        "concurrency, 0",
        "concurrency, 65",
        "max-batch, 0",
        "max-batch, 5001",
        "max-poll-size, 1023KB",
        "max-poll-size, 1025MB",
        "initial-backoff, 0ms",
        "initial-backoff, 31s",
        "max-backoff, 0ms",
        "max-backoff, 31s",
    })
    void refusesWhatIsOutOfRange(String property, String value) {
        assertThatExceptionOfType(BindException.class)
                .isThrownBy(() -> bind(Map.of("millrace.stage." + property, value)));
    }
}
