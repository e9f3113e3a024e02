package dev.millrace.monitoring.webhook;

import java.net.URI;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Settings of the webhook.
 *
 * @param url that alerts are posted to; none: they are not. It may hold a secret, so it is not logged
 * @param timeout of a request
 * @param giveUpAfter how long after an alert it is posted at the latest
 */
@Validated
@ConfigurationProperties("millrace.monitoring.webhook")
public record WebhookProperties(
        @Nullable URI url,

        @DefaultValue("5s") @DurationMin(millis = 100) @DurationMax(minutes = 1)
        Duration timeout,

        @DefaultValue("24h") @DurationMin(minutes = 1) @DurationMax(days = 14)
        Duration giveUpAfter) {

    public WebhookProperties {
        if (url != null && url.toString().isBlank()) {
            url = null;
        }
        if (url != null
                && (url.getHost() == null
                        || url.getUserInfo() != null
                        || !String.valueOf(url.getScheme()).matches("(?i)https?"))) {
            throw new IllegalArgumentException(
                    "url: (expected: http://… or https://… with a host, and without a name and password before it)");
        }
    }
}
