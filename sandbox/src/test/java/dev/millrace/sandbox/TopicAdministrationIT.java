package dev.millrace.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import dev.millrace.contract.TopicCatalog;
import dev.millrace.contract.TopicCatalog.Topic;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SandboxExtension.class)
class TopicAdministrationIT {
    private final String bootstrapServers;
    private final String name = "topics.tested.v1." + UUID.randomUUID();

    TopicAdministrationIT(Sandbox sandbox) {
        bootstrapServers = sandbox.bootstrapServers();
    }

    @Test
    void createsWhatIsMissing() {
        var applied = apply(2, 1);

        assertThat(applied.created()).containsExactly(name);
    }

    @Test
    void leavesAloneWhatIsRight() {
        apply(2, 1);

        var again = apply(2, 1);

        assertThat(again).isEqualTo(new TopicAdministration.Applied(List.of(), List.of(), List.of(name)));
    }

    @Test
    void changesSettingsThatDiffer() {
        apply(2, 1);

        var again = apply(2, 5);

        assertThat(again.changed()).containsExactly(name);
        await().untilAsserted(() -> assertThat(apply(2, 5).unchanged()).containsExactly(name));
    }

    @Test
    void refusesAnotherNumberOfPartitions() {
        apply(2, 1);

        assertThatIllegalStateException()
                .isThrownBy(() -> apply(3, 1))
                .withMessage(name + ".partitions: 2 (expected: 3)");
    }

    @Test
    void refusesMoreReplicasThanBrokersAreUp() {
        assertThatIllegalStateException()
                .isThrownBy(() -> TopicAdministration.apply(bootstrapServers, catalog(2, 1), 3))
                .withMessage("brokers: 1 up (expected: 3)");
        assertThat(apply(2, 1).created()).containsExactly(name);
    }

    private TopicAdministration.Applied apply(int partitions, int retentionHours) {
        return TopicAdministration.apply(bootstrapServers, catalog(partitions, retentionHours));
    }

    private TopicCatalog catalog(int partitions, int retentionHours) {
        var topic = new Topic(name, partitions, Duration.ofHours(retentionHours), 1_048_576, "lz4", false);
        return new TopicCatalog(partitions, List.of(topic));
    }
}
