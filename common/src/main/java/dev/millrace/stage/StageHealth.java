package dev.millrace.stage;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Ready once every consumer polls. A stalled lane is named but does not make the service unready: its other lanes go on,
 * and a restart would not mend it.
 */
final class StageHealth implements HealthIndicator {
    private final StageLifecycle stage;

    StageHealth(StageLifecycle stage) {
        this.stage = stage;
    }

    @Override
    public Health health() {
        String waiting = stage.waitingFor();
        var health = waiting == null ? Health.up() : Health.outOfService().withDetail("waitingFor", waiting);
        stage.stalledLanes().forEach((lane, why) -> health.withDetail("lane." + lane, why));
        return health.build();
    }
}
