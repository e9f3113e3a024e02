package dev.millrace.stage;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import dev.millrace.contract.TopicCatalog;
import dev.millrace.sandbox.Sandbox;
import dev.millrace.sandbox.SandboxExtension;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(SandboxExtension.class)
class TopicInspectorIT {
    private final TopicCatalog.Topic topic =
            new TopicCatalog.Topic("inspected-" + UUID.randomUUID(), 2, Duration.ofHours(72), 1 << 20, "lz4", false);
    private final TopicCatalog catalog = new TopicCatalog(8, List.of(topic));

    private Admin admin;
    private TopicInspector inspector;

    @BeforeEach
    void connect(Sandbox sandbox) {
        admin = Admin.create(Map.of("bootstrap.servers", sandbox.bootstrapServers()));
        inspector = new TopicInspector(admin);
    }

    @AfterEach
    void close() {
        admin.close();
    }

    @Test
    void takesTheTopicsAsTheyAreApplied() {
        assertThatCode(() -> inspector.verify(TopicCatalog.load())).doesNotThrowAnyException();
    }

    @Test
    void takesATopicThatKeepsItsRecordsForEver() throws ExecutionException, InterruptedException {
        create("retention.ms", "-1");

        assertThatCode(() -> inspector.verify(catalog)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({
        "retention.ms, 3600000",
        "retention.bytes, 1048576",
        "cleanup.policy, compact",
        "unclean.leader.election.enable, true"
    })
    void refusesATopicThatMayLoseRecords(String setting, String value) throws ExecutionException, InterruptedException {
        create(setting, value);

        assertThatIllegalStateException()
                .isThrownBy(() -> inspector.verify(catalog))
                .withMessageContaining("%s.%s: %s (expected: ", topic.name(), setting, value);
    }

    private void create(String setting, String value) throws ExecutionException, InterruptedException {
        var settings = new HashMap<>(topic.configuration());
        settings.put(setting, value);
        admin.createTopics(List.of(new NewTopic(topic.name(), topic.partitions(), (short) 1).configs(settings)))
                .all()
                .get();
        // An answer to a creation may come before all of the broker knows of the topic.
        await().ignoreExceptions()
                .until(() -> admin.describeTopics(List.of(topic.name()))
                                .allTopicNames()
                                .get()
                                .size()
                        == 1);
    }
}
