package dev.millrace.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.cache.CacheProperties.Scope;
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
import org.springframework.util.unit.DataSize;
import org.springframework.validation.beanvalidation.LocalValidatorFactoryBean;

class CachePropertiesTests {
    private static CacheProperties bind(Map<String, String> properties) {
        var validator = new LocalValidatorFactoryBean();
        validator.setMessageInterpolator(new ParameterMessageInterpolator());
        validator.afterPropertiesSet();
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate(
                        "millrace.cache", Bindable.of(CacheProperties.class), new ValidationBindHandler(validator));
    }

    @Test
    void hasDefaults() {
        assertThat(bind(Map.of()))
                .isEqualTo(new CacheProperties(
                        true,
                        DataSize.ofMegabytes(32),
                        Duration.ofHours(6),
                        0.1,
                        Duration.ofMillis(25),
                        false,
                        Scope.TENANT));
    }

    @Test
    void mapsEveryProperty() {
        assertThat(bind(Map.of(
                        "millrace.cache.enabled", "false",
                        "millrace.cache.memory", "1MB",
                        "millrace.cache.time-to-live", "1m",
                        "millrace.cache.jitter", "0.5",
                        "millrace.cache.redis-timeout", "1s",
                        "millrace.cache.lease", "true",
                        "millrace.cache.scope", "shared")))
                .isEqualTo(new CacheProperties(
                        false,
                        DataSize.ofMegabytes(1),
                        Duration.ofMinutes(1),
                        0.5,
                        Duration.ofSeconds(1),
                        true,
                        Scope.SHARED));
    }

    @Test
    void leasesNothingUnlessAskedTo() {
        assertThat(CacheConfiguration.dear(bind(Map.of()))).isEqualTo(RedisTier.NEVER);
        assertThat(CacheConfiguration.dear(bind(Map.of("millrace.cache.lease", "true"))))
                .isEqualTo(RedisTier.DEAR);
    }

    @ParameterizedTest
    @CsvSource({
        "memory, 63KB",
        "time-to-live, 999ms",
        "time-to-live, 31d",
        "jitter, -0.1",
        "jitter, 0.6",
        "redis-timeout, 0ms",
        "redis-timeout, 1001ms",
        "lease, perhaps",
        "scope, everybody"
    })
    void refuses(String name, String value) {
        assertThatExceptionOfType(BindException.class)
                .isThrownBy(() -> bind(Map.of("millrace.cache." + name, value)))
                .withStackTraceContaining(name);
    }
}
