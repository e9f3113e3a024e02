package dev.millrace.postprocessor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.Headers;
import dev.millrace.contract.StoreKeys;
import dev.millrace.contract.Topics;
import dev.millrace.sandbox.Sandbox;
import dev.millrace.sandbox.SandboxExtension;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.test.context.ConfigDataApplicationContextInitializer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.StringRedisTemplate;

@ExtendWith(SandboxExtension.class)
class ResultStoreIT {
    private static final int POLLS = 50;

    private final Sandbox sandbox;

    ResultStoreIT(Sandbox sandbox) {
        this.sandbox = sandbox;
    }

    @Test
    void storesPollAfterPollOnOneConnection() {
        new ApplicationContextRunner()
                .withInitializer(new ConfigDataApplicationContextInitializer())
                .withConfiguration(AutoConfigurations.of(DataRedisAutoConfiguration.class))
                .withPropertyValues("spring.data.redis.url=" + sandbox.redisUrl())
                .run(context -> {
                    var redis = context.getBean(StringRedisTemplate.class);
                    var store = new ResultStoreConfiguration()
                            .resultStore(
                                    redis,
                                    context.getBean(LettuceConnectionFactory.class),
                                    new PostprocessorProperties(Duration.ofHours(1), Duration.ofHours(1)),
                                    InstantSource.system(),
                                    new SimpleMeterRegistry());
                    var ids = new ArrayList<UUID>();
                    long before = connectionsMade(redis);

                    for (int poll = 0; poll < POLLS; poll++) {
                        var id = UUID.randomUUID();
                        store.store(poll(id));
                        ids.add(id);
                    }

                    // One for the store, and one that the count itself may need.
                    assertThat(connectionsMade(redis) - before).isLessThanOrEqualTo(2);
                    assertThat(ids)
                            .allSatisfy(id -> assertThat(redis.opsForValue().get(StoreKeys.result(id)))
                                    .isEqualTo("{}"));
                });
    }

    private static ConsumerRecords<byte[], byte[]> poll(UUID id) {
        var lane = new TopicPartition(Topics.RESULTS, 0);
        var headers = new RecordHeaders();
        Headers.set(headers, Headers.UPLOAD_ID, id.toString());
        byte[] key = id.toString().getBytes(UTF_8);
        byte[] result = "{}".getBytes(UTF_8);
        var record = new ConsumerRecord<>(
                lane.topic(),
                lane.partition(),
                0,
                InstantSource.system().millis(),
                TimestampType.CREATE_TIME,
                key.length,
                result.length,
                key,
                result,
                headers,
                Optional.empty());
        return new ConsumerRecords<>(Map.of(lane, List.of(record)), Map.of());
    }

    private static long connectionsMade(StringRedisTemplate redis) {
        var statistics = redis.execute((RedisCallback<Properties>)
                connection -> connection.serverCommands().info("stats"));
        return Long.parseLong(requireNonNull(statistics).getProperty("total_connections_received"));
    }
}
