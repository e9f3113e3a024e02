package dev.millrace.sandbox;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.contract.TopicCatalog;
import dev.millrace.contract.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerClusterIT {
    @Test
    void takesRecordsWhileOneOfThreeIsAway(@TempDir Path folder) throws Exception {
        var cluster = BrokerCluster.start(folder, List.of(Ports.free(), Ports.free(), Ports.free()));
        try {
            TopicAdministration.apply(cluster.bootstrapServers(), TopicCatalog.load());
            // A broker knows of topics, and a leader of its followers, a moment after they are made.
            await().atMost(Duration.ofSeconds(30))
                    .ignoreExceptions()
                    .untilAsserted(() -> assertThat(replicasOfUploads(cluster)).containsOnly(3));
            send(cluster, "while all are there");

            cluster.brokers().get(1).kill();
            send(cluster, "while one is away");

            assertThat(cluster.restartEnded()).containsExactly(cluster.brokers().get(1));
            assertThat(cluster.restartEnded()).isEmpty();
        } finally {
            cluster.stop();
        }
        assertThat(cluster.brokers()).noneMatch(broker -> broker.process().isAlive());
    }

    private static List<Integer> replicasOfUploads(BrokerCluster cluster) throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", (Object) cluster.bootstrapServers()))) {
            var topic = requireNonNull(admin.describeTopics(List.of(Topics.UPLOADS))
                    .allTopicNames()
                    .get()
                    .get(Topics.UPLOADS));
            return topic.partitions().stream()
                    .map(partition -> partition.isr().size())
                    .toList();
        }
    }

    /** On each lane, and acknowledged by all replicas that are in step. */
    private static void send(BrokerCluster cluster, String value) throws Exception {
        try (var producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", cluster.bootstrapServers(), "acks", "all"),
                new StringSerializer(),
                new StringSerializer())) {
            for (int lane = 0; lane < TopicCatalog.load().lanes(); lane++) {
                producer.send(new ProducerRecord<>(Topics.UPLOADS, lane, "key", value))
                        .get(60, TimeUnit.SECONDS);
            }
        }
    }
}
