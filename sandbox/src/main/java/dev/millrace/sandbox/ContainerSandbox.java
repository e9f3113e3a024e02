package dev.millrace.sandbox;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;

/** Broker and Redis as containers. */
final class ContainerSandbox implements Sandbox {
    private static final int KAFKA_PORT = 9092;
    private static final int REDIS_PORT = 6379;

    private final KafkaContainer kafka;
    private final GenericContainer<?> redis;

    private ContainerSandbox(KafkaContainer kafka, GenericContainer<?> redis) {
        this.kafka = kafka;
        this.redis = redis;
    }

    static ContainerSandbox start() {
        var kafka = new KafkaContainer(DockerImageName.parse("apache/kafka:4.2.2")).withEnv(environment());
        kafka.setPortBindings(List.of(binding(KAFKA_PORT)));
        var redis = new GenericContainer<>(DockerImageName.parse("redis:7")).withExposedPorts(REDIS_PORT);
        redis.setPortBindings(List.of(binding(REDIS_PORT)));
        redis.start();
        kafka.start();
        return new ContainerSandbox(kafka, redis);
    }

    @Override
    public String bootstrapServers() {
        return kafka.getBootstrapServers();
    }

    @Override
    public String redisUrl() {
        return "redis://%s:%d".formatted(redis.getHost(), redis.getMappedPort(REDIS_PORT));
    }

    @Override
    public Server broker() {
        return new Container(kafka);
    }

    @Override
    public Server redis() {
        return new Container(redis);
    }

    /** A port of the host that stays the same over a restart; one that Docker chooses does not. */
    private static String binding(int port) {
        return "127.0.0.1:%d:%d".formatted(Ports.free(), port);
    }

    /** The form in which the image takes broker properties: {@code KAFKA_}, upper case, dots as underscores. */
    private static Map<String, String> environment() {
        return BrokerSettings.common(1).entrySet().stream()
                .collect(Collectors.toMap(
                        setting -> "KAFKA_"
                                + setting.getKey().toUpperCase(Locale.ROOT).replace('.', '_'),
                        Map.Entry::getValue));
    }

    private record Container(GenericContainer<?> container) implements Server {
        @Override
        public void stop() {
            DockerClientFactory.instance()
                    .client()
                    .stopContainerCmd(container.getContainerId())
                    .exec();
        }

        @Override
        public void kill() {
            DockerClientFactory.instance()
                    .client()
                    .killContainerCmd(container.getContainerId())
                    .exec();
        }

        @Override
        public void restart() {
            DockerClientFactory.instance()
                    .client()
                    .restartContainerCmd(container.getContainerId())
                    .exec();
        }
    }
}
