package dev.millrace.monitoring.trial;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Settings of trials.
 *
 * @param collectorUrl collector's API, as in {@code http://collector:8080}; without it there are no trials
 */
@ConfigurationProperties("millrace.monitoring")
public record TrialProperties(@Nullable URI collectorUrl) {
    public TrialProperties {
        if (collectorUrl != null
                && (collectorUrl.getHost() == null
                        || !String.valueOf(collectorUrl.getScheme()).matches("https?"))) {
            throw new IllegalArgumentException(
                    "collector-url: '%s' (expected: as in http://collector:8080)".formatted(collectorUrl));
        }
    }
}
