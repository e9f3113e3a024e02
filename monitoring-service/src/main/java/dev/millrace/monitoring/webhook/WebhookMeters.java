package dev.millrace.monitoring.webhook;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Meters of the webhook. Safe to share between threads. */
final class WebhookMeters {
    private final Counter delivered;
    private final Counter failed;
    private final Counter givenUp;
    private volatile @Nullable Instant oldest;

    WebhookMeters(MeterRegistry registry, InstantSource clock) {
        this.delivered = posts(registry, "delivered");
        this.failed = posts(registry, "failed");
        this.givenUp = posts(registry, "given_up");
        Gauge.builder("millrace.webhook.oldest.age", this, meters -> meters.age(clock))
                .description("How long the oldest alert that is not posted has waited")
                .baseUnit("seconds")
                .register(registry);
    }

    private static Counter posts(MeterRegistry registry, String outcome) {
        return Counter.builder("millrace.webhook.posts")
                .description("Alerts posted to the webhook, and how that ended")
                .tag("outcome", outcome)
                .register(registry);
    }

    void delivered() {
        delivered.increment();
    }

    void failed() {
        failed.increment();
    }

    void givenUp() {
        givenUp.increment();
    }

    /** @param since when the oldest alert that waits was raised, or null */
    void waiting(@Nullable Instant since) {
        oldest = since;
    }

    private double age(InstantSource clock) {
        var since = oldest;
        return since == null ? 0 : Duration.between(since, clock.instant()).toMillis() / 1000.0;
    }
}
