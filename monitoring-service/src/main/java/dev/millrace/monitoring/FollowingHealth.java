package dev.millrace.monitoring;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.cloud.stream.binding.BindingsLifecycleController;
import org.springframework.stereotype.Component;

/**
 * Whether the topics are being followed: down until the binding is there, or once it has ended. The binder's own
 * indicator asks Kafka and waits up to a minute for the answer, too long for a probe.
 */
@Component("following")
class FollowingHealth implements HealthIndicator {
    private static final String BINDING = "followTopics-in-0";

    private final BindingsLifecycleController bindings;

    FollowingHealth(BindingsLifecycleController bindings) {
        this.bindings = bindings;
    }

    @Override
    public Health health() {
        var found = bindings.queryState(BINDING);
        boolean running = !found.isEmpty() && found.stream().allMatch(binding -> binding.isRunning());
        return (running ? Health.up() : Health.down()).build();
    }
}
