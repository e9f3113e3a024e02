package dev.millrace.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.Map;
import org.hibernate.validator.messageinterpolation.ParameterMessageInterpolator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.validation.ValidationBindHandler;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.validation.beanvalidation.LocalValidatorFactoryBean;

class PayloadPropertiesTests {
    private static PayloadProperties bind(Map<String, String> properties) {
        var validator = new LocalValidatorFactoryBean();
        validator.setMessageInterpolator(new ParameterMessageInterpolator());
        validator.afterPropertiesSet();
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate(
                        "millrace.payload", Bindable.of(PayloadProperties.class), new ValidationBindHandler(validator));
    }

    @Test
    void hasDefaults() {
        assertThat(bind(Map.of())).isEqualTo(new PayloadProperties(Duration.ofSeconds(2)));
    }

    @Test
    void mapsEveryProperty() {
        assertThat(bind(Map.of("millrace.payload.timeout", "3s")))
                .isEqualTo(new PayloadProperties(Duration.ofSeconds(3)));
    }

    @ParameterizedTest
    @CsvSource({"timeout, 9ms", "timeout, 21s"})
    void refuses(String name, String value) {
        assertThatExceptionOfType(BindException.class)
                .isThrownBy(() -> bind(Map.of("millrace.payload." + name, value)))
                .withStackTraceContaining(name);
    }
}
