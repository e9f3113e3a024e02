package dev.millrace.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicCatalogTests {
    private final TopicCatalog catalog = TopicCatalog.load();

    @ParameterizedTest
    @ValueSource(strings = {Topics.UPLOADS, Topics.FEATURES, Topics.PREDICTIONS, Topics.RESULTS})
    void givesEachLaneTopicTheSamePartitions(String topic) {
        assertThat(catalog.topic(topic).partitions()).isEqualTo(catalog.lanes());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "feature-service " + Topics.UPLOADS,
                "inference-service " + Topics.FEATURES,
                "postprocessor-service " + Topics.PREDICTIONS
            })
    void hasRoomForADeadLetterOfEachStage(String groupAndTopic) {
        var parts = groupAndTopic.split(" ");

        var letters = catalog.topic(Topics.deadLetters(parts[1], parts[0]));

        assertThat(letters.maxMessageBytes())
                .isGreaterThan(catalog.topic(parts[1]).maxMessageBytes());
    }

    @Test
    void writesTheBrokersConfiguration() {
        assertThat(catalog.topic(Topics.UPLOADS).configuration())
                .containsEntry("retention.ms", "259200000")
                .containsEntry("max.message.bytes", "1048576")
                .containsEntry("cleanup.policy", "delete");
    }

    @Test
    void keepsTheLastAlertOfEachModelForEverAndAllForAFortnight() {
        assertThat(catalog.topic(Topics.DRIFT).configuration())
                .containsEntry("cleanup.policy", "compact")
                .containsEntry("min.compaction.lag.ms", "1209600000");
    }

    @Test
    void refusesARetentionThatIsNoNumberOfHours() {
        var yaml = "lanes: 8\ntopics: { a: { partitions: 1, retention: 3d, max-message-bytes: 1, compression: lz4 } }";

        assertThatIllegalArgumentException()
                .isThrownBy(() -> TopicCatalog.parse(new ByteArrayInputStream(yaml.getBytes(UTF_8))))
                .withMessage("a.retention: '3d' (expected: hours, as in 72h)");
    }

    @Test
    void refusesATopicThatIsNotThere() {
        assertThatIllegalArgumentException().isThrownBy(() -> catalog.topic("nonsense.v1"));
    }
}
