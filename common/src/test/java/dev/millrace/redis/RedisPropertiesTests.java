package dev.millrace.redis;

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

class RedisPropertiesTests {
    private static RedisProperties bind(Map<String, String> properties) {
        var validator = new LocalValidatorFactoryBean();
        validator.setMessageInterpolator(new ParameterMessageInterpolator());
        validator.afterPropertiesSet();
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate(
                        "millrace.redis", Bindable.of(RedisProperties.class), new ValidationBindHandler(validator));
    }

    @Test
    void hasDefaults() {
        assertThat(bind(Map.of())).isEqualTo(new RedisProperties(Duration.ofSeconds(1)));
    }

    @Test
    void mapsEveryProperty() {
        assertThat(bind(Map.of("millrace.redis.pause", "2s"))).isEqualTo(new RedisProperties(Duration.ofSeconds(2)));
    }

    @ParameterizedTest
    @CsvSource({"pause, 9ms", "pause, 61s"})
    void refuses(String name, String value) {
        assertThatExceptionOfType(BindException.class)
                .isThrownBy(() -> bind(Map.of("millrace.redis." + name, value)))
                .withStackTraceContaining(name);
    }
}
