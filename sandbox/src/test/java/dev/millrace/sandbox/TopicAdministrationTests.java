package dev.millrace.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.TopicCatalog.Topic;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopicAdministrationTests {
    @ParameterizedTest
    @CsvSource({"1, 1, 1", "2, 2, 1", "3, 3, 2", "3, 1, 2"})
    void asksForTheReplicasThatATopicHasNotForTheBrokersThatAreUp(int replicas, int up, String minInSync) {
        var nodes = IntStream.range(0, replicas)
                .mapToObj(id -> new Node(id, "broker", 9092))
                .toList();
        var lane = new TopicPartitionInfo(0, nodes.getFirst(), nodes, nodes.subList(0, up));
        var description = new TopicDescription("a.b.v1", false, List.of(lane));

        int found = TopicAdministration.replicas(description);

        var topic = new Topic("a.b.v1", 1, Duration.ofHours(1), 1_048_576, "lz4", false);
        assertThat(TopicAdministration.settings(topic, found)).containsEntry("min.insync.replicas", minInSync);
    }
}
