package dev.millrace.sandbox;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.contract.TopicCatalog;
import dev.millrace.contract.Topics;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SandboxExtension.class)
class SandboxIT {
    private final Sandbox sandbox;

    SandboxIT(Sandbox sandbox) {
        this.sandbox = sandbox;
    }

    @Test
    void hasEveryTopicOfTheCatalogue() throws Exception {
        try (var admin = admin()) {
            var names = admin.listTopics().names().get();

            assertThat(names)
                    .containsAll(TopicCatalog.load().topics().stream()
                            .map(TopicCatalog.Topic::name)
                            .toList());
        }
    }

    @Test
    void runsTransactionsOfVersionTwo() throws Exception {
        try (var admin = admin()) {
            var features = admin.describeFeatures().featureMetadata().get().finalizedFeatures();

            assertThat(features).hasEntrySatisfying("transaction.version", range -> assertThat(range.maxVersionLevel())
                    .isGreaterThanOrEqualTo((short) 2));
        }
    }

    @Test
    void runsWithTheBrokerSettings() throws Exception {
        try (var admin = admin()) {
            var resource = new ConfigResource(ConfigResource.Type.BROKER, "1");

            var settings = requireNonNull(
                    admin.describeConfigs(List.of(resource)).all().get().get(resource));

            BrokerSettings.common(1).forEach((name, value) -> assertThat(settings.get(name))
                    .as(name)
                    .satisfies(entry -> assertThat(entry.value()).isEqualTo(value)));
        }
    }

    @Test
    void keepsRecordsOverKillAndRestartOfTheBroker() {
        var partition = new TopicPartition(Topics.deadLetters(Topics.UPLOADS, "feature-service"), 0);
        long offset = send(partition, "before");

        sandbox.broker().kill();
        sandbox.broker().restart();
        send(partition, "after");

        assertThat(read(partition, offset)).startsWith("before", "after");
    }

    @Test
    void startsRedisAgainAtTheSameAddress() {
        String url = sandbox.redisUrl();

        sandbox.redis().kill();
        boolean answeredWhileDown = Ports.answers(URI.create(url).getPort());
        sandbox.redis().restart();

        assertThat(answeredWhileDown).isFalse();
        await().untilAsserted(() -> assertThat(
                        Ports.answers(URI.create(sandbox.redisUrl()).getPort()))
                .isTrue());
        assertThat(sandbox.redisUrl()).isEqualTo(url);
    }

    private Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", sandbox.bootstrapServers()));
    }

    private long send(TopicPartition partition, String value) {
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", sandbox.bootstrapServers()),
                new StringSerializer(),
                new StringSerializer())) {
            return producer.send(new ProducerRecord<>(partition.topic(), partition.partition(), "key", value))
                    .get()
                    .offset();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private List<String> read(TopicPartition partition, long from) {
        try (var consumer = new KafkaConsumer<>(
                Map.<String, Object>of("bootstrap.servers", sandbox.bootstrapServers()),
                new StringDeserializer(),
                new StringDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seek(partition, from);
            var values = new ArrayList<String>();
            await().atMost(Duration.ofSeconds(20)).until(() -> {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> values.add(record.value()));
                return values.size() >= 2;
            });
            return values;
        }
    }
}
